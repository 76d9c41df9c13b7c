/** The schema, from the list of its resolvers. One line per subject. */
import 'reflect-metadata';
import { type GraphQLSchema, lexicographicSortSchema, printSchema } from 'graphql';
import { buildSchema } from 'type-graphql';
import { CompanyAccessResolver, CompanyResolver, CountSummaryResolver } from './company/company.resolver.js';
import { CoverageResolver } from './coverage.resolver.js';
import { CompanyReportsResolver, ExecutiveReportResolver } from './executive-report/executive-report.resolver.js';
import { ExportResolver } from './export/export.resolver.js';
import { ExportJobResolver } from './export/export-job.resolver.js';
import { CompanyLeaderboardResolver, LeaderboardEntryResolver } from './leaderboard/leaderboard.resolver.js';
import { NodeResolver } from './node/node.resolver.js';
import { applyOneOf } from './one-of.js';
import {
  PortfolioCountsResolver,
  PortfolioLicenseResolver,
  PortfolioResolver,
  PortfolioSliceResolver,
} from './portfolio/portfolio.resolver.js';
import { PortfolioMetricResolver, PortfolioMetricsResolver } from './portfolio/portfolio-metric.resolver.js';
import { CompanyTargetUsersResolver, TargetUserResolver } from './target-user/target-user.resolver.js';
import { ViewerResolver } from './viewer/viewer.resolver.js';

let built: Promise<GraphQLSchema> | undefined;

/** Built once in a process, since it is the same for all: it takes a tenth of a second. */
export function buildGraphSchema(): Promise<GraphQLSchema> {
  built ??= build();
  return built;
}

/** The text of `schema.graphql`: sorted, so that moving code does not change it. */
export function toSchemaText(schema: GraphQLSchema): string {
  return `${printSchema(lexicographicSortSchema(schema))}\n`;
}

/** `validate: false`: arguments are checked before the operation runs (`check-arguments.ts`), not by class-validator. */
async function build(): Promise<GraphQLSchema> {
  const schema = await buildSchema({
    resolvers: [
      ViewerResolver,
      NodeResolver,
      CompanyResolver,
      CompanyAccessResolver,
      CountSummaryResolver,
      CompanyTargetUsersResolver,
      TargetUserResolver,
      CompanyLeaderboardResolver,
      LeaderboardEntryResolver,
      CompanyReportsResolver,
      ExecutiveReportResolver,
      PortfolioResolver,
      PortfolioSliceResolver,
      PortfolioLicenseResolver,
      PortfolioCountsResolver,
      PortfolioMetricsResolver,
      PortfolioMetricResolver,
      CoverageResolver,
      ExportResolver,
      ExportJobResolver,
    ],
    validate: false,
  });
  return applyOneOf(schema);
}
