/** One widget across the companies of a portfolio, and its points in pages: "which customer clicks most". */
import { Args, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { CheckArguments } from '../check-arguments.js';
import { type Connection, toConnection } from '../connection.js';
import type { GraphContext } from '../context.js';
import { Price } from '../price.js';
import { askMetric } from './ask-metric.js';
import { Portfolio } from './portfolio.type.js';
import {
  PortfolioMetricArgs,
  PortfolioPointsArgs,
  parsePortfolioMetricArgs,
  parsePortfolioPointsArgs,
} from './portfolio-metric.args.js';
import {
  PortfolioMetric,
  PortfolioMetricPoint,
  PortfolioMetricPointConnection,
  toPortfolioMetric,
  toPortfolioMetricPoint,
} from './portfolio-metric.type.js';

@Resolver(() => Portfolio)
export class PortfolioMetricsResolver {
  @FieldResolver(() => PortfolioMetric, {
    nullable: true,
    description:
      'One widget of executive reports at every company, found by its name in the catalogue of each. 2 Keepnet calls per company.',
  })
  @CheckArguments(parsePortfolioMetricArgs)
  @Price({ per: 'company', calls: 2 })
  async executiveMetric(
    @Root() { companies }: Portfolio,
    @Args(() => PortfolioMetricArgs) args: PortfolioMetricArgs,
    @Ctx() { loaders }: GraphContext,
  ): Promise<PortfolioMetric> {
    return toPortfolioMetric(await askMetric(companies, parsePortfolioMetricArgs(args), loaders));
  }
}

@Resolver(() => PortfolioMetric)
export class PortfolioMetricResolver {
  @FieldResolver(() => PortfolioMetricPointConnection, {
    nullable: true,
    description: 'The figures of all companies that have the widget. A page asks anew what is not kept. Free.',
  })
  @CheckArguments((args: PortfolioPointsArgs) => parsePortfolioPointsArgs(args))
  points(
    @Root() { answers }: PortfolioMetric,
    @Args(() => PortfolioPointsArgs) args: PortfolioPointsArgs,
  ): Connection<PortfolioMetricPoint> {
    const { listId } = answers;
    const { window, scope, select } = parsePortfolioPointsArgs(args, listId);
    const points = select(answers.points);
    const rows = points.slice(window.offset, window.offset + window.first);
    const position = { scope, ownerId: listId };
    return toConnection({ rows, totalCount: points.length }, window, position, toPortfolioMetricPoint);
  }
}
