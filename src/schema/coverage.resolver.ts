/** The companies that an answer lacks, as far as somebody asks for them. */
import { Arg, FieldResolver, Int, Resolver, Root } from 'type-graphql';
import { CheckArguments } from './check-arguments.js';
import { parseWindow } from './connection.js';
import { Coverage, CoverageGap } from './coverage.type.js';

@Resolver(() => Coverage)
export class CoverageResolver {
  @FieldResolver(() => [CoverageGap], {
    description:
      'Companies that are missing, and why, in the order of the answer; in a portfolio the failed first and the skipped last. Free.',
  })
  @CheckArguments(parseFirst)
  gaps(
    @Root() coverage: Coverage,
    @Arg('first', () => Int, { nullable: true, defaultValue: 20, description: 'How many, 1 to 100.' })
    first: number | null,
  ): Promise<readonly CoverageGap[]> {
    return coverage.loadGaps(parseFirst({ first }));
  }
}

function parseFirst({ first }: { readonly first?: number | null }): number {
  return parseWindow({ first }, { field: 'gaps', question: null }).first;
}
