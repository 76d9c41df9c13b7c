/** How Keepnet draws a widget. */
import { registerEnumType } from 'type-graphql';
import type { ChartType } from '../../keepnet/rows.js';

export const ChartTypeEnum = {
  BAR: 'BAR',
  STACKED_BAR: 'STACKED_BAR',
  LINE: 'LINE',
  AREA: 'AREA',
  PIE: 'PIE',
  DOUGHNUT: 'DOUGHNUT',
  GAUGE: 'GAUGE',
  TABLE: 'TABLE',
  UNKNOWN: 'UNKNOWN',
} as const satisfies Record<ChartType, ChartType>;

registerEnumType(ChartTypeEnum, {
  name: 'ChartType',
  description: 'How Keepnet draws a widget.',
  valuesConfig: {
    BAR: { description: 'Bars side by side.' },
    STACKED_BAR: { description: 'Bars on top of each other.' },
    LINE: { description: 'A line.' },
    AREA: { description: 'A filled line.' },
    PIE: { description: 'A pie.' },
    DOUGHNUT: { description: 'A ring.' },
    GAUGE: { description: 'A gauge.' },
    TABLE: { description: 'A table.' },
    UNKNOWN: { description: 'Something else: see `rawChart`.' },
  },
});
