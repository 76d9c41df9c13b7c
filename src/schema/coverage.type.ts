/** How much of what was asked for is in an answer that spans companies, and what is missing. Nothing is missing silently. */
import { Field, ID, Int, ObjectType } from 'type-graphql';
import { ERROR_CODES, type ErrorCode } from '../errors.js';
import { ErrorCodeEnum } from './error-code.type.js';

@ObjectType({ simpleResolvers: true, description: 'A company that is missing from an answer, and why.' })
export class CoverageGap {
  @Field(() => ID, { nullable: true, description: 'Global id of the company; null for the list of companies itself.' })
  companyId: string | null;

  @Field(() => String, { description: 'Name of the company.' })
  companyName: string;

  @Field(() => ErrorCodeEnum, { description: 'What went wrong.' })
  code: ErrorCode;

  @Field(() => Boolean, { description: 'Whether asking again, unchanged, can succeed.' })
  retryable: boolean;

  @Field(() => String, { description: 'What went wrong, in a sentence.' })
  message: string;
}

@ObjectType({
  simpleResolvers: true,
  description: 'How many companies are in an answer: `answered`, `restricted`, `failed` and `skipped` make up all.',
})
export class Coverage {
  @Field(() => Int, { description: 'Companies that were asked for.' })
  companiesInScope: number;

  @Field(() => Int, { description: 'Companies whose data is in.' })
  answered: number;

  @Field(() => Int, { description: 'Companies that closed their data to the reseller; nothing was asked of them.' })
  restricted: number;

  @Field(() => Int, { description: 'Companies that were asked in vain.' })
  failed: number;

  @Field(() => Int, {
    description: 'Companies that were not come to: not yet, cancelled, or past the calls or the time of the operation.',
  })
  skipped: number;

  @Field(() => Boolean, { description: 'Whether every company is in.' })
  complete: boolean;

  /** The companies that are missing for a reason, so many at most, in the order of the answer. */
  loadGaps: (first: number) => Promise<readonly CoverageGap[]>;
}

export type MissingCompany = Pick<CoverageGap, 'companyId' | 'companyName' | 'code'> & {
  readonly message: string | null;
};

export function toCoverageGap({ companyId, companyName, code, message }: MissingCompany): CoverageGap {
  const { retryable, meaning } = ERROR_CODES[code];
  return { companyId, companyName, code, retryable, message: message ?? meaning };
}
