/** What a target user did and what it earned, event by event. */
import { Field, Int, ObjectType, registerEnumType } from 'type-graphql';
import type { Instant, TimelineOutcome, TimelineRow } from '../../keepnet/rows.js';
import { createConnectionType } from '../connection.js';
import { DateTimeScalar } from '../scalars.js';

const TimelineOutcomeEnum = {
  FAIL: 'FAIL',
  GOOD: 'GOOD',
  OPENED: 'OPENED',
  NEUTRAL: 'NEUTRAL',
  WARNING: 'WARNING',
  UNKNOWN: 'UNKNOWN',
} as const satisfies Record<TimelineOutcome, TimelineOutcome>;

registerEnumType(TimelineOutcomeEnum, {
  name: 'TimelineOutcome',
  description: "How an action counts. Keepnet's words for the same action vary; this groups them.",
  valuesConfig: {
    FAIL: { description: 'Fell for it, or did not do what was asked.' },
    GOOD: { description: 'Reported it, or did what was asked.' },
    OPENED: { description: 'Opened a message, no more.' },
    NEUTRAL: { description: 'Something was sent to the user.' },
    WARNING: { description: 'Answered a call.' },
    UNKNOWN: { description: 'An action that this server does not know: see `action`.' },
  },
});

/** Keepnet's `resourceId` of an event is the campaign's and not unique, so an event is not a Node. */
@ObjectType({ simpleResolvers: true, description: 'One thing that a target user did, or that was done to it.' })
export class TimelineEvent implements TimelineRow {
  @Field(() => DateTimeScalar, { nullable: true, description: 'When.' })
  occurredAt: Instant;

  @Field(() => String, { nullable: true, description: 'When, as Keepnet wrote it.' })
  rawOccurredAt: string | null;

  @Field(() => String, { description: "What, in Keepnet's words." })
  action: string;

  @Field(() => TimelineOutcomeEnum, { description: 'How it counts.' })
  outcome: TimelineOutcome;

  @Field(() => String, { nullable: true, description: 'Product, for example `PHISHING SIMULATOR - CLICK ONLY`.' })
  product: string | null;

  @Field(() => String, { nullable: true, description: 'Name of the campaign or training.' })
  campaignName: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Raw id of the campaign or enrolment; the same for all its events.',
  })
  campaignId: string | null;

  @Field(() => String, { nullable: true, description: 'Easy, Medium or Hard.' })
  difficulty: string | null;

  @Field(() => Int, { description: 'Points earned; negative where lost.' })
  points: number;

  @Field(() => Int, { nullable: true, description: 'Performance in the campaign, percent.' })
  campaignPerformance: number | null;

  @Field(() => String, { nullable: true, description: 'Result of the analysis of a reported message.' })
  result: string | null;

  @Field(() => String, { nullable: true, description: 'Category of a training.' })
  category: string | null;
}

export const TimelineConnection = createConnectionType(
  'Timeline',
  () => TimelineEvent,
  'How many events match, on all pages.',
);
