/**
 * What an action on a user's timeline says about the user. The texts are those of Keepnet's own report screen, which groups
 * them the same way and knows some of them in two spellings; a text that is not listed is UNKNOWN, never guessed.
 */
import type { TimelineOutcome } from './rows.js';

export function toOutcome(action: string | null): TimelineOutcome {
  return OUTCOMES.get(action?.trim().toLowerCase() ?? '') ?? 'UNKNOWN';
}

const ACTIONS: Record<Exclude<TimelineOutcome, 'UNKNOWN'>, readonly string[]> = {
  FAIL: [
    'Clicked Link',
    'Submitted Data',
    'Submitted MFA Code',
    'Opened Attachment',
    'Called Back',
    'Entered Digits',
    'Scanned QR Link',
    'Vished (Dialed Number)',
    'Opened Email But Not Clicked Training Link',
    'Training Not Completed',
    'Exam Failed',
  ],
  GOOD: [
    'Reported',
    'Reported Email',
    'Training Completed',
    'Clicked Training Link',
    'Clicked Training',
    'Exam Passed',
    'Downloaded Poster',
    'Downloaded Infographic',
  ],
  NEUTRAL: ['Email Sent', 'Call Sent', 'SMS Sent'],
  OPENED: ['Email Opened', 'Opened Email'],
  WARNING: ['Answered'],
};

const OUTCOMES: ReadonlyMap<string, TimelineOutcome> = new Map(
  Object.entries(ACTIONS).flatMap(([outcome, actions]) =>
    actions.map((action) => [action.toLowerCase(), outcome as TimelineOutcome] as const),
  ),
);
