/** The legal moves of jobs and parts: every pair of states, and the sentence that refuses the others. */
import { describe, expect, it } from '@jest/globals';
import {
  type ExportState,
  isLegalMove,
  JOB_MOVES,
  type Moves,
  PART_MOVES,
  type PartState,
  requireLegalMoves,
} from '../../src/exports/job.js';

const LEGAL_FOR_JOBS = [
  'QUEUED -> RUNNING',
  'QUEUED -> CANCELLED',
  'RUNNING -> SUCCEEDED',
  'RUNNING -> PARTIAL',
  'RUNNING -> FAILED',
  'RUNNING -> CANCELLED',
  'RUNNING -> QUEUED',
  'SUCCEEDED -> EXPIRED',
  'PARTIAL -> EXPIRED',
  'PARTIAL -> QUEUED',
  'FAILED -> EXPIRED',
  'FAILED -> QUEUED',
  'CANCELLED -> EXPIRED',
];

const LEGAL_FOR_PARTS = [
  'QUEUED -> RUNNING',
  'QUEUED -> CANCELLED',
  'RUNNING -> SUCCEEDED',
  'RUNNING -> FAILED',
  'RUNNING -> QUEUED',
  'RUNNING -> CANCELLED',
  'SUCCEEDED -> QUEUED',
  'FAILED -> QUEUED',
];

function pairsOf<State extends string>(moves: Moves<State>): [State, State][] {
  const states = Object.keys(moves) as State[];
  return states.flatMap((from) => states.map((to): [State, State] => [from, to]));
}

describe('the moves of a job', () => {
  it('are tried for all 49 pairs', () => expect(pairsOf<ExportState>(JOB_MOVES)).toHaveLength(49));

  it.each(pairsOf<ExportState>(JOB_MOVES))('%s -> %s', (from, to) => {
    expect(isLegalMove(JOB_MOVES, from, to)).toBe(LEGAL_FOR_JOBS.includes(`${from} -> ${to}`));
  });
});

describe('the moves of a part', () => {
  it('are tried for all 36 pairs', () => expect(pairsOf<PartState>(PART_MOVES)).toHaveLength(36));

  it.each(pairsOf<PartState>(PART_MOVES))('%s -> %s', (from, to) => {
    expect(isLegalMove(PART_MOVES, from, to)).toBe(LEGAL_FOR_PARTS.includes(`${from} -> ${to}`));
  });
});

describe('an illegal move', () => {
  it('is refused by a sentence that names who, what, and what would have been legal', () => {
    expect(() => requireLegalMoves(JOB_MOVES, 'job 17', ['FAILED', 'SUCCEEDED'], 'QUEUED')).toThrow(
      'job 17: SUCCEEDED -> QUEUED is no legal move; SUCCEEDED may become EXPIRED',
    );
    expect(() => requireLegalMoves(JOB_MOVES, 'job 17', ['EXPIRED'], 'QUEUED')).toThrow(
      'job 17: EXPIRED -> QUEUED is no legal move; EXPIRED may become nothing',
    );
  });

  it('lets a legal one pass', () => {
    expect(() => requireLegalMoves(JOB_MOVES, 'job 17', ['QUEUED', 'RUNNING'], 'CANCELLED')).not.toThrow();
  });
});
