/** Which companies an export spans: some by their ids, those that a filter finds, or all. */
import { Extensions, Field, ID, InputType } from 'type-graphql';
import { AppError, badInput } from '../../errors.js';
import { CompanyFilterInput, parseCompaniesArgs } from '../company/company.args.js';
import { parseCompanyId } from '../ids.js';
import { ONE_OF } from '../one-of.js';

export const MAX_COMPANIES = 10_000;

@Extensions(ONE_OF)
@InputType('CompanySelector', { description: 'Companies: by their ids, by a filter, or all. Exactly one of these.' })
export class CompanySelectorInput {
  @Field(() => [ID], { nullable: true, description: 'These: global or raw ids, 1 to 10,000.' })
  ids?: string[] | null;

  @Field(() => CompanyFilterInput, {
    nullable: true,
    description: 'Those that match now. 1 Keepnet call for each 100 that do.',
  })
  filter?: CompanyFilterInput | null;

  @Field(() => Boolean, { nullable: true, description: 'All that you may see; only `true` says so.' })
  all?: boolean | null;
}

export type CompanySelection =
  /** Raw ids, each once. */
  | { readonly by: 'ids'; readonly ids: readonly string[]; readonly argument: string }
  | { readonly by: 'filter'; readonly filter: CompanyFilterInput }
  | { readonly by: 'all' };

/** Throws BAD_USER_INPUT that names what is wrong under `companies`. */
export function parseCompanySelector({ ids, filter, all }: CompanySelectorInput): CompanySelection {
  if (ids) return { by: 'ids', ids: parseIds(ids), argument: 'companies.ids' };
  if (filter) {
    checkFilter(filter);
    return { by: 'filter', filter };
  }
  if (all !== true) throw badInput('companies.all', 'expected true, or ids or a filter instead');
  return { by: 'all' };
}

/** An empty list is refused: somebody's own filter found nothing, and a file without rows would hide that. */
function parseIds(ids: readonly string[]): readonly string[] {
  if (ids.length < 1 || ids.length > MAX_COMPANIES) {
    throw badInput('companies.ids', `expected 1 to ${MAX_COMPANIES} ids, got: ${ids.length}`);
  }
  return [...new Set(ids.map((id) => parseCompanyId(id, 'companies.ids')))];
}

/** As the list of companies checks it, with the path to it in front: the export may have a filter of its own. */
function checkFilter(filter: CompanyFilterInput): void {
  try {
    parseCompaniesArgs({ filter });
  } catch (error) {
    if (!(error instanceof AppError) || error.argument === undefined) throw error;
    throw new AppError(error.code, `companies.${error.message}`, { argument: `companies.${error.argument}` });
  }
}
