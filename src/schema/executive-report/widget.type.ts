/** A widget of an executive report: its figures as tidy points, whatever shape Keepnet gave them. */
import { Field, Float, Int, ObjectType } from 'type-graphql';
import type {
  ChartType,
  Instant,
  MetricGroupRow,
  WidgetLayoutRow,
  WidgetPointRow,
  WidgetRow,
} from '../../keepnet/rows.js';
import { DateTimeScalar, JsonScalar } from '../scalars.js';
import { ChartTypeEnum } from './chart-type.js';

@ObjectType({
  simpleResolvers: true,
  description: 'One figure: a date and a bucket (where there are any), a series, a value.',
})
export class WidgetPoint implements WidgetPointRow {
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

@ObjectType({ simpleResolvers: true, description: 'A column of a widget that is a table.' })
export class WidgetTableColumn {
  @Field(() => String, { description: 'Name of the property in each row.' })
  name: string;

  @Field(() => String, { description: 'Heading.' })
  label: string;
}

@ObjectType({ simpleResolvers: true, description: 'The table of a widget.' })
export class WidgetTable {
  @Field(() => [WidgetTableColumn], { description: 'Columns, in order.' })
  columns: readonly WidgetTableColumn[];

  @Field(() => [JsonScalar], { description: 'Rows as Keepnet sent them.' })
  rows: readonly Record<string, unknown>[];
}

@ObjectType({ simpleResolvers: true, description: 'A widget and its figures.' })
export class Widget implements WidgetRow {
  @Field(() => String, {
    description: "Keepnet's id of the widget, not stable from one Keepnet environment to another.",
  })
  resourceId: string;

  @Field(() => String, { description: 'Name.' })
  name: string;

  @Field(() => String, { nullable: true, description: 'Description.' })
  description: string | null;

  @Field(() => String, {
    nullable: true,
    description: "What it measures: Keepnet's `widgetType`, for example `TrainingCompletionWidget`.",
  })
  metric: string | null;

  @Field(() => ChartTypeEnum, { description: 'How Keepnet draws it.' })
  chart: ChartType;

  @Field(() => String, { nullable: true, description: "Keepnet's own text for the chart." })
  rawChart: string | null;

  @Field(() => [WidgetPoint], { description: 'The figures; empty where there are none.' })
  points: readonly WidgetPoint[];

  @Field(() => WidgetTable, { nullable: true, description: 'The table, where it is one.' })
  table: WidgetTable | null;

  @Field(() => JsonScalar, { nullable: true, description: "Keepnet's `dataObject`s, where it sends any." })
  raw: readonly unknown[] | null;
}

@ObjectType({ simpleResolvers: true, description: 'Where a widget stands in a report, in cells of a grid.' })
export class WidgetLayout implements WidgetLayoutRow {
  @Field(() => String, { description: 'Raw id of the widget.' })
  widgetResourceId: string;

  @Field(() => String, { nullable: true, description: "What it measures: Keepnet's `widgetType`." })
  metric: string | null;

  @Field(() => String, { nullable: true, description: 'Title in the report.' })
  title: string | null;

  @Field(() => ChartTypeEnum, { description: 'How it is drawn.' })
  chart: ChartType;

  @Field(() => Int, { description: 'Column of its left edge.' })
  x: number;

  @Field(() => Int, { description: 'Row of its upper edge.' })
  y: number;

  @Field(() => Int, { description: 'Width in columns.' })
  width: number;

  @Field(() => Int, { description: 'Height in rows.' })
  height: number;
}

type MetricRow = MetricGroupRow['widgets'][number];

@ObjectType({ simpleResolvers: true, description: 'A widget that the licence of the company offers.' })
export class Metric implements MetricRow {
  @Field(() => String, { description: 'Raw id of the widget, for `widgets(ids:)`.' })
  resourceId: string;

  @Field(() => String, { description: 'Name.' })
  name: string;

  @Field(() => String, { nullable: true, description: 'Description.' })
  description: string | null;

  @Field(() => String, {
    nullable: true,
    description: "What it measures: Keepnet's `widgetType`. Several widgets may share one.",
  })
  metric: string | null;

  @Field(() => ChartTypeEnum, { description: 'How Keepnet draws it.' })
  chart: ChartType;

  @Field(() => String, { nullable: true, description: "Keepnet's own text for the chart." })
  rawChart: string | null;

  @Field(() => Boolean, {
    description: 'Whether it is one for managers; a report holds one of these or ordinary ones.',
  })
  isManagerMetric: boolean;
}

@ObjectType({ simpleResolvers: true, description: 'A group of widgets, as Keepnet groups them.' })
export class MetricGroup implements MetricGroupRow {
  @Field(() => String, { description: 'Name of the group, for example `Phishing Metrics`.' })
  name: string;

  @Field(() => [Metric], { description: 'The widgets of the group.' })
  widgets: readonly Metric[];
}
