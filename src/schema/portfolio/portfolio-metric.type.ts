/** One widget of executive reports, across companies: tidy points that each say whose they are. */
import { Field, Float, Int, ObjectType } from 'type-graphql';
import type { Instant } from '../../keepnet/rows.js';
import { Company, toCompany } from '../company/company.type.js';
import { createConnectionType } from '../connection.js';
import { Coverage } from '../coverage.type.js';
import { DateTimeScalar } from '../scalars.js';
import type { CompanyPoint, MetricAnswers } from './ask-metric.js';

@ObjectType({ simpleResolvers: true, description: 'One figure of one company.' })
export class PortfolioMetricPoint {
  @Field(() => Company, { description: 'Whose figure it is. Free.' })
  company: Company;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'Date of the figure; null where the widget has no dates.',
  })
  date: Instant;

  @Field(() => String, { description: 'Which measure, for example `CompletedCount`.' })
  series: string;

  @Field(() => String, { nullable: true, description: 'Which bucket, person, department, campaign or company.' })
  label: string | null;

  @Field(() => Float, { description: 'The figure; what Keepnet multiplies by 100 is divided again.' })
  value: number;
}

export const PortfolioMetricPointConnection = createConnectionType(
  'PortfolioMetricPoint',
  () => PortfolioMetricPoint,
  'How many points there are, of all companies that answered, on all pages.',
);

@ObjectType({
  simpleResolvers: true,
  description:
    'The same widget of all companies. Where a company has several that differ in their chart alone, the first by id speaks for it.',
})
export class PortfolioMetric {
  @Field(() => String, {
    nullable: true,
    description:
      'Name as Keepnet shows it. Null where no company that answered has the widget: a typo, or no licence for it. Free.',
  })
  name: string | null;

  @Field(() => String, {
    nullable: true,
    description: "What it measures: Keepnet's `widgetType`. Null as `name`. Free.",
  })
  metric: string | null;

  @Field(() => Int, {
    description: 'Companies whose licence does not offer the widget; they count as answered. Free.',
  })
  companiesWithout: number;

  @Field(() => [String], { description: 'The measures that the points have, each once. Free.' })
  series: readonly string[];

  @Field(() => Coverage, { description: 'Which companies were heard, and which were not. Free.' })
  coverage: Coverage;

  answers: MetricAnswers;
}

export function toPortfolioMetric(answers: MetricAnswers): PortfolioMetric {
  const { widget, companiesWithout, points, coverage } = answers;
  const series = [...new Set(points.map((point) => point.series))];
  return { name: widget?.name ?? null, metric: widget?.metric ?? null, companiesWithout, series, coverage, answers };
}

export function toPortfolioMetricPoint({ row, date, series, label, value }: CompanyPoint): PortfolioMetricPoint {
  return { company: toCompany(row), date, series, label, value };
}
