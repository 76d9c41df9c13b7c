/** Companies, and what each is told about beyond its list row. Lists inside a company belong to their own subjects. */
import { Arg, Args, Ctx, FieldResolver, ID, Int, Query, Resolver, Root } from 'type-graphql';
import { badInput } from '../../errors.js';
import type { Instant } from '../../keepnet/rows.js';
import { CheckArguments } from '../check-arguments.js';
import { type Connection, loadWindow, toConnection } from '../connection.js';
import type { GraphContext } from '../context.js';
import { parseCompanyId } from '../ids.js';
import { Price } from '../price.js';
import { DateTimeScalar } from '../scalars.js';
import { CompaniesArgs, parseCompaniesArgs } from './company.args.js';
import { Company, CompanyAccess, CompanyConnection, toCompany } from './company.type.js';
import { CompanyDetails, LicenseCheck } from './company-details.type.js';
import { CountSummary, MonthlyActiveUsers, toCountSummary } from './count-summary.type.js';
import { findCompany } from './find-company.js';

@Resolver(() => Company)
export class CompanyResolver {
  @Query(() => CompanyConnection, {
    nullable: true,
    description:
      'The companies that you may see, filtered, ordered and paged by Keepnet. 1 Keepnet call per page; where you do not see all companies, 1 per 100 that match.',
  })
  @CheckArguments(parseCompaniesArgs)
  @Price({ per: 'operation', listsCompanies: true })
  async companies(
    @Args(() => CompaniesArgs) args: CompaniesArgs,
    @Ctx() { loaders }: GraphContext,
  ): Promise<Connection<Company>> {
    const { window, scope, toSearch } = parseCompaniesArgs(args);
    const page = await loadWindow(window, (request) => loaders.companies(toSearch(request)));
    return toConnection(page, window, { scope }, toCompany);
  }

  @Query(() => Company, {
    nullable: true,
    description: 'One company, looked up in the directory. 1 Keepnet call per 100 companies cold, none warm.',
  })
  @CheckArguments(({ id }: { id: string }) => parseCompanyId(id, 'id'))
  @Price({ per: 'operation', call: 'directory' })
  company(
    @Arg('id', () => ID, { description: 'Global or raw id.' }) id: string,
    @Ctx() context: GraphContext,
  ): Promise<Company> {
    return findCompany(parseCompanyId(id, 'id'), context);
  }

  @FieldResolver(() => CompanyAccess, { description: 'Whether the data of the company can be read. Free.' })
  access(@Root() { row }: Company, @Ctx() { loaders }: GraphContext): CompanyAccess {
    const listed = row.isOpen === null ? 'UNKNOWN' : row.isOpen ? 'OPEN' : 'PRIVACY_DENIED';
    return { state: loaders.learnedAccess(row.companyId) ?? listed, companyId: row.companyId };
  }

  @FieldResolver(() => Company, {
    nullable: true,
    description:
      'The reseller above, where it is a company that you may see. 1 `companies/my` call per operation and the directory.',
  })
  @Price({ per: 'operation', call: 'companies/my' })
  async parent(@Root() { row }: Company, @Ctx() { loaders }: GraphContext): Promise<Company | null> {
    const [tree, directory] = await Promise.all([loaders.accountTree(), loaders.directory()]);
    const parentId = tree.get(row.companyId)?.parentId;
    const parent = parentId ? directory.find(parentId) : undefined;
    return parent ? toCompany(parent) : null;
  }

  @FieldResolver(() => [Company], {
    nullable: true,
    description:
      'The companies below, where this one is a reseller. 1 `companies/my` call per operation and the directory.',
  })
  @Price({ per: 'operation', call: 'companies/my' })
  async children(@Root() { row }: Company, @Ctx() { loaders }: GraphContext): Promise<Company[]> {
    const [tree, directory] = await Promise.all([loaders.accountTree(), loaders.directory()]);
    const childIds = tree.get(row.companyId)?.childIds ?? [];
    return childIds.flatMap((childId) => directory.find(childId) ?? []).map(toCompany);
  }

  @FieldResolver(() => CompanyDetails, {
    nullable: true,
    description: 'Address, groups, formats and more. 1 Keepnet call per company.',
  })
  @Price({ per: 'company' })
  details(@Root() { row }: Company, @Ctx() { loaders }: GraphContext): Promise<CompanyDetails> {
    return loaders.companyDetails(row, null);
  }

  @FieldResolver(() => LicenseCheck, {
    nullable: true,
    description: "Keepnet's own check of the licence. 1 Keepnet call per company.",
  })
  @Price({ per: 'company' })
  licenseCheck(@Root() { row }: Company, @Ctx() { loaders }: GraphContext): Promise<LicenseCheck> {
    return loaders.licenseCheck(row, null);
  }

  @FieldResolver(() => CountSummary, {
    nullable: true,
    description: 'User counts of today and by month. 1 Keepnet call per company.',
  })
  @Price({ per: 'company' })
  async countSummary(@Root() { row }: Company, @Ctx() { loaders }: GraphContext): Promise<CountSummary> {
    return toCountSummary(await loaders.countSummary(row, null));
  }
}

@Resolver(() => CompanyAccess)
export class CompanyAccessResolver {
  @FieldResolver(() => DateTimeScalar, {
    nullable: true,
    description:
      'Until when the customer opened its data; null where without end. 1 `companies/my` call per operation.',
  })
  @Price({ per: 'operation', call: 'companies/my' })
  async until(@Root() { companyId }: CompanyAccess, @Ctx() { loaders }: GraphContext): Promise<Instant> {
    const tree = await loaders.accountTree();
    return tree.get(companyId)?.openUntil ?? null;
  }
}

@Resolver(() => CountSummary)
export class CountSummaryResolver {
  @FieldResolver(() => [MonthlyActiveUsers], { description: 'Oldest first; Keepnet counts from December 2025. Free.' })
  @CheckArguments(checkLast)
  monthlyActiveUsers(
    @Root() { months }: CountSummary,
    @Arg('last', () => Int, { nullable: true, description: 'Only the newest so many months; all unless told.' }) last?:
      | number
      | null,
  ): readonly MonthlyActiveUsers[] {
    return last ? months.slice(-last) : months;
  }
}

function checkLast({ last }: { last?: number | null }): void {
  if (last !== undefined && last !== null && last < 1) throw badInput('last', `expected 1 or more, got: ${last}`);
}
