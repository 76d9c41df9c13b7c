/** Which widget is compared across companies, and which of its points, in which order. */
import { ArgsType, Field, Int, registerEnumType } from 'type-graphql';
import { badInput } from '../../errors.js';
import { type ConnectionScope, MAX_PAGE_SIZE, type PageArgs, parseWindow, type Window } from '../connection.js';
import { WIDGET_PERIOD } from '../executive-report/executive-report.resolver.js';
import { PeriodInput, parsePeriod } from '../period.input.js';
import { type CompanyPoint, type MetricQuestion, toComparable } from './ask-metric.js';

const MAX_NAME_LENGTH = 200;

export const PortfolioPointOrderEnum = { COMPANY: 'COMPANY', VALUE: 'VALUE' } as const;
export type PortfolioPointOrder = keyof typeof PortfolioPointOrderEnum;

registerEnumType(PortfolioPointOrderEnum, {
  name: 'PortfolioPointOrder',
  description: 'In which order the points of all companies stand.',
  valuesConfig: {
    COMPANY: { description: "By the company's name; within a company as Keepnet gives them." },
    VALUE: { description: 'The largest value first; equals by company.' },
  },
});

@ArgsType()
export class PortfolioMetricArgs {
  @Field(() => String, {
    description:
      "Name of the widget as Keepnet shows it, or its `metric` (Keepnet's `widgetType`), whole and in any case. `Company.executiveMetrics` lists them.",
  })
  name: string;

  @Field(() => PeriodInput, { nullable: true, description: 'Which period; LAST_3_MONTHS unless told.' })
  period?: PeriodInput | null;
}

/** Throws BAD_USER_INPUT that names the argument. */
export function parsePortfolioMetricArgs({ name, period }: PortfolioMetricArgs): MetricQuestion {
  if (name.trim() === '' || name.length > MAX_NAME_LENGTH) {
    throw badInput('name', `expected 1 to ${MAX_NAME_LENGTH} characters that are not all blank, got: ${name.length}`);
  }
  return { name, period: parsePeriod(period, WIDGET_PERIOD) };
}

@ArgsType()
export class PortfolioPointsArgs implements PageArgs {
  @Field(() => Int, { nullable: true, defaultValue: MAX_PAGE_SIZE, description: 'How many, 1 to 100.' })
  first?: number | null;

  @Field(() => String, { nullable: true, description: 'Cursor of the point to go on after.' })
  after?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Only this one of `series`, whole and in any case; all unless told.',
  })
  series?: string | null;

  @Field(() => PortfolioPointOrderEnum, { defaultValue: 'COMPANY', description: 'In which order.' })
  orderBy: PortfolioPointOrder;
}

export interface PortfolioPointsQuestion {
  readonly window: Window;
  readonly scope: ConnectionScope;
  /** The points that are asked for, in their order. */
  select(points: readonly CompanyPoint[]): readonly CompanyPoint[];
}

/** Throws BAD_USER_INPUT that names the argument. `listId` as the owner in `parseWindow`. */
export function parsePortfolioPointsArgs(args: PortfolioPointsArgs, listId?: string): PortfolioPointsQuestion {
  const series = typeof args.series === 'string' ? toComparable(args.series) : null;
  const { orderBy } = args;
  const scope = { field: 'executiveMetric.points', question: { series, orderBy } };
  const window = parseWindow({ first: args.first ?? MAX_PAGE_SIZE, after: args.after }, scope, listId);
  const select = (points: readonly CompanyPoint[]) => {
    const selected = points.filter((point) => series === null || toComparable(point.series) === series);
    return orderBy === 'VALUE' ? selected.sort((left, right) => right.value - left.value) : selected;
  };
  return { window, scope, select };
}
