/** Anything by its global id: the id of what lives in a company carries the company, so the call is always scoped. */
import { Arg, Ctx, ID, Query, Resolver } from 'type-graphql';
import { badInput } from '../../errors.js';
import { CheckArguments } from '../check-arguments.js';
import { findCompany } from '../company/find-company.js';
import type { GraphContext } from '../context.js';
import { loadExecutiveReport } from '../executive-report/executive-report.resolver.js';
import { findExportJob } from '../export/export-job.resolver.js';
import { parseGlobalId } from '../ids.js';
import { Price } from '../price.js';
import { loadTargetUser } from '../target-user/target-user.resolver.js';
import { Node } from './node.type.js';

const MAX_NODES = 100;

@Resolver(() => Node)
export class NodeResolver {
  @Query(() => Node, {
    nullable: true,
    description:
      'A company, target user, executive report or export of yours by its global id. The directory, and 1 Keepnet call for what is inside a company.',
  })
  @CheckArguments(({ id }: { id: string }) => parseGlobalId(id, 'id'))
  @Price({ per: 'entry', calls: 3 })
  node(
    @Arg('id', () => ID, { description: 'Global id.' }) id: string,
    @Ctx() context: GraphContext,
  ): Promise<Node | null> {
    return loadNode(id, 'id', context);
  }

  @Query(() => [Node], {
    nullable: 'items',
    description:
      'Several at once, in the order of the ids; null where there is none. Users of one company share 1 Keepnet call.',
  })
  @CheckArguments(checkNodesArgs)
  @Price({ per: 'entry', calls: 3 })
  nodes(
    @Arg('ids', () => [ID], { description: 'Global ids, 1 to 100.' }) ids: string[],
    @Ctx() context: GraphContext,
  ): Promise<Node | null>[] {
    return ids.map((id) => loadNode(id, 'ids', context));
  }
}

async function loadNode(id: string, argument: string, context: GraphContext): Promise<Node | null> {
  const parsed = parseGlobalId(id, argument);
  if (parsed.type === 'ExportJob') return findExportJob(parsed.jobId, context);
  const company = await findCompany(parsed.companyId, context);
  switch (parsed.type) {
    case 'Company':
      return company;
    case 'TargetUser':
      return loadTargetUser(company.row, parsed.resourceId, context.loaders);
    case 'ExecutiveReport':
      return loadExecutiveReport(company.row, parsed.resourceId, context.loaders);
  }
}

function checkNodesArgs({ ids }: { ids: readonly string[] }): void {
  if (ids.length < 1 || ids.length > MAX_NODES)
    throw badInput('ids', `expected 1 to ${MAX_NODES} ids, got: ${ids.length}`);
  for (const id of ids) parseGlobalId(id, 'ids');
}
