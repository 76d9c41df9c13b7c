/** Which widget speaks for a company, where its catalogue has several, none, or one that has no figures. */
import { describe, expect, it } from '@jest/globals';
import type { MetricGroupRow, WidgetRow } from '../../src/keepnet/rows.js';
import type { Loaders } from '../../src/loaders/create-loaders.js';
import { askMetric } from '../../src/schema/portfolio/ask-metric.js';
import { toCompanyRow } from '../support/fake-companies.js';

type Offered = readonly [resourceId: string, name: string, metric: string | null];

function toCatalogue(offered: readonly Offered[]): MetricGroupRow[] {
  const chart = { description: null, chart: 'BAR', rawChart: 'Bar', isManagerMetric: false } as const;
  // Each in a group of its own: a widget is looked for in all of them.
  return offered.map(([resourceId, name, metric]) => ({ name: '', widgets: [{ resourceId, name, metric, ...chart }] }));
}

/** Companies 1, 2, … with these catalogues; a widget whose id begins with `gone` is offered and not answered. */
async function ask(name: string, ...catalogues: (readonly Offered[])[]) {
  const asked: string[] = [];
  const widgets = new Map(catalogues.flat().map((offered) => [offered[0], offered]));
  const loaders: Pick<Loaders, 'executiveMetrics' | 'widget'> = {
    executiveMetrics: async ({ companyId }) => toCatalogue(catalogues[Number(companyId.slice(-4)) - 1] ?? []),
    async widget(_company, { id }) {
      asked.push(id);
      const [, shown, metric] = widgets.get(id) ?? [];
      const points = [{ date: null, series: 'Score', label: null, value: 1 }];
      return id.startsWith('gone') ? null : ({ resourceId: id, name: shown, metric, points } as unknown as WidgetRow);
    },
  };
  const rows = catalogues.map((_, index) => toCompanyRow(index + 1, `Customer ${catalogues.length - index}`));
  const question = { name, period: { preset: 'LAST_YEAR' } } as const;
  const answers = await askMetric({ rows, missing: 0 }, question, loaders as Loaders);
  return { asked, ...answers };
}

describe('the widget of a company', () => {
  it('is the first by id of those that differ in their chart', async () => {
    const { asked } = await ask('ClickWidget', [
      ['b1', 'Clicks', 'ClickWidget'],
      ['a2', 'Clicks', 'ClickWidget'],
      ['a1', 'Other', 'OtherWidget'],
    ]);
    expect(asked).toEqual(['a2']);
  });

  it('measures the same everywhere, also where two measures have one name', async () => {
    const { asked } = await ask(
      'clicks',
      [
        ['a1', 'Clicks', 'ManagerClickWidget'],
        ['b1', 'Clicks', 'ClickWidget'],
      ],
      [
        ['a2', 'Clicks', 'ClickWidget'],
        ['b2', 'Clicks', 'ManagerClickWidget'],
      ],
    );
    expect(asked).toEqual(['b1', 'a2']);
  });

  it('is matched whole, and may have no type', async () => {
    const { asked, companiesWithout } = await ask(
      'Clicks',
      [['a1', 'Clicks by Month', 'ClicksWidget']],
      [['a2', 'CLICKS', null]],
    );
    expect({ asked, companiesWithout }).toEqual({ asked: ['a2'], companiesWithout: 1 });
  });
});

describe('a company', () => {
  it('whose licence does not offer the widget has answered, and is counted', async () => {
    const { coverage, companiesWithout, points, widget } = await ask('Clicks', [], [['a2', 'Clicks', 'ClickWidget']]);
    expect(coverage).toMatchObject({ companiesInScope: 2, answered: 2, complete: true });
    expect({ companiesWithout, points: points.length }).toEqual({ companiesWithout: 1, points: 1 });
    expect(widget).toMatchObject({ name: 'Clicks', metric: 'ClickWidget' });
  });

  it('whose widget is offered and not answered has failed', async () => {
    const { coverage, companiesWithout } = await ask('Clicks', [['gone1', 'Clicks', 'ClickWidget']], []);
    expect(coverage).toMatchObject({ answered: 1, failed: 1, complete: false });
    expect(await coverage.loadGaps(2)).toMatchObject([{ companyName: 'Customer 2', code: 'UPSTREAM_BAD_RESPONSE' }]);
    expect(companiesWithout).toBe(1);
  });

  it('stands by its name among the points, wherever it stands in the list', async () => {
    const offered = (id: string): Offered[] => [[id, 'Clicks', 'ClickWidget']];
    const { points } = await ask('Clicks', ...Array.from({ length: 11 }, (_, index) => offered(`a${index}`)));
    const names = points.map(({ row }) => row.name);
    expect(names.slice(0, 2)).toEqual(['Customer 1', 'Customer 2']);
    expect(names.at(-1)).toBe('Customer 11');
  });
});
