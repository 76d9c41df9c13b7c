/** Which exports, and which companies of an export, a list shows. */
import { ArgsType, Field, Int } from 'type-graphql';
import { badInput } from '../../errors.js';
import type { ExportState, PartState } from '../../exports/job.js';
import { type ConnectionScope, DEFAULT_PAGE_SIZE, type PageArgs, parseWindow, type Window } from '../connection.js';
import { ExportPartStateEnum, ExportStateEnum } from './export-enums.js';

@ArgsType()
export class ExportJobsArgs implements PageArgs {
  @Field(() => Int, { nullable: true, defaultValue: DEFAULT_PAGE_SIZE, description: 'How many, 1 to 100.' })
  first?: number | null;

  @Field(() => String, { nullable: true, description: 'Cursor of the entry to go on after.' })
  after?: string | null;

  @Field(() => [ExportStateEnum], {
    nullable: true,
    description: 'Only those in one of these states; all unless told.',
  })
  states?: ExportState[] | null;
}

@ArgsType()
export class ExportPartsArgs implements PageArgs {
  @Field(() => Int, { nullable: true, defaultValue: DEFAULT_PAGE_SIZE, description: 'How many, 1 to 100.' })
  first?: number | null;

  @Field(() => String, { nullable: true, description: 'Cursor of the entry to go on after.' })
  after?: string | null;

  @Field(() => [ExportPartStateEnum], {
    nullable: true,
    description: 'Only those in one of these states; all unless told.',
  })
  states?: PartState[] | null;
}

export interface StatesQuestion<State> {
  readonly window: Window;
  readonly scope: ConnectionScope;
  readonly states: readonly State[] | null;
}

/** Throws BAD_USER_INPUT that names the argument. */
export function parseExportJobsArgs(args: ExportJobsArgs): StatesQuestion<ExportState> {
  const states = parseStates(args.states);
  const scope = { field: 'exportJobs', question: { states } };
  return { window: parseWindow(args, scope), scope, states };
}

/** Throws BAD_USER_INPUT that names the argument. `ownerId` as in `parseWindow`. */
export function parseExportPartsArgs(args: ExportPartsArgs, ownerId?: string): StatesQuestion<PartState> {
  const states = parseStates(args.states);
  const scope = { field: 'parts', question: { states } };
  return { window: parseWindow(args, scope, ownerId), scope, states };
}

/** An empty list is refused: it could mean "none" to the one who wrote it and "all" to the store. */
function parseStates<State extends string>(states: readonly State[] | null | undefined): readonly State[] | null {
  if (!states) return null;
  if (states.length === 0) throw badInput('states', 'expected one state or more, or nothing for all');
  return [...new Set(states)].sort();
}
