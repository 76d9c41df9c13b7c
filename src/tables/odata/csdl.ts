/**
 * The `$metadata` of the tables: CSDL 4.0 as XML, with what each column means, and what may be filtered and sorted by. A client that
 * reads the latter asks for no more than Keepnet can answer, and does the rest itself.
 */
import type { Column } from '../column.js';
import { ROW_KEY } from '../table.js';
import { toXmlText } from '../writers/xml-text.js';
import { EDM_TYPES, type EntitySet } from './entity-set.js';
import { TEXT_FUNCTIONS } from './filter-syntax.js';
import { operatorsOf } from './push-down.js';

const CONTAINER = 'Tables';
/** Of the entity types; that of the annotations in answers is another, so that a table may be called as one of them. */
const TYPES = 'keepnet.tables';

export function toMetadata(sets: Iterable<EntitySet>): string {
  const all = [...sets];
  const types = all.map(toEntityType);
  const container = element('EntityContainer', { Name: CONTAINER }, [...CONTAINER_LIMITS, ...all.map(toEntitySet)]);
  const schemas = [ANNOTATIONS, element('Schema', { Namespace: TYPES, xmlns: EDM }, [...types, container])];
  const content = [...VOCABULARIES, element('edmx:DataServices', {}, schemas)];
  return `<?xml version="1.0" encoding="utf-8"?>\n${element('edmx:Edmx', { Version: '4.0', 'xmlns:edmx': EDMX }, content)}\n`;
}

const EDMX = 'http://docs.oasis-open.org/odata/ns/edmx';
const EDM = 'http://docs.oasis-open.org/odata/ns/edm';

type Attributes = Readonly<Record<string, string>>;

function element(name: string, attributes: Attributes, children: readonly string[] = []): string {
  const given = Object.entries(attributes).map(([key, value]) => ` ${key}="${toXmlText(value)}"`);
  const start = `<${name}${given.join('')}`;
  return children.length === 0 ? `${start}/>` : `${start}>${children.join('')}</${name}>`;
}

const VOCABULARIES = ['Core', 'Capabilities'].map((alias) => {
  const namespace = `Org.OData.${alias}.V1`;
  const address = `https://oasis-tcs.github.io/odata-vocabularies/vocabularies/${namespace}.xml`;
  return element('edmx:Reference', { Uri: address }, [element('edmx:Include', { Namespace: namespace, Alias: alias })]);
});

function toEntityType({ table, columns }: EntitySet): string {
  return element('EntityType', { Name: table.name }, [
    element('Key', {}, [element('PropertyRef', { Name: ROW_KEY })]),
    ...columns.map(({ name, type, isNullable, description }) =>
      element('Property', { Name: name, Type: EDM_TYPES[type], Nullable: String(isNullable), ...exact(type) }, [
        ...describe(description),
      ]),
    ),
    ...describe(table.description),
  ]);
}

/** Instants have milliseconds. */
function exact(type: Column['type']): Attributes {
  return type === 'DATE_TIME' ? { Precision: '3' } : {};
}

function describe(text: string): readonly string[] {
  return text === '' ? [] : [element('Annotation', { Term: 'Core.Description', String: text })];
}

function toEntitySet(set: EntitySet): string {
  const { table } = set;
  return element('EntitySet', { Name: table.name, EntityType: `${TYPES}.${table.name}` }, [
    ...describe(table.description),
    annotate('FilterRestrictions', toFilterRestrictions(set)),
    annotate('SortRestrictions', toSortRestrictions(set)),
    ...READ_ONLY,
  ]);
}

function toFilterRestrictions({ columns, capabilities }: EntitySet): readonly string[] {
  const { filters, companies } = capabilities;
  const isFilterable = ({ name }: Column) => filters.has(name) || companies.has(name);
  const expressions = columns.filter(isFilterable).map((column) => {
    const operators = operatorsOf(column, filters.get(column.name) ?? {});
    const kind = operators.includes('ge') ? 'SingleRange' : operators.includes('contains') ? 'SearchExpression' : null;
    return element('Record', {}, [
      property('Property', { PropertyPath: column.name }),
      property('AllowedExpressions', { String: kind ?? 'SingleValue' }),
    ]);
  });
  return [
    property('Filterable', { Bool: String(expressions.length > 0) }),
    paths(
      'NonFilterableProperties',
      columns.filter((column) => !isFilterable(column)),
    ),
    property('FilterExpressionRestrictions', {}, [element('Collection', {}, expressions)]),
  ];
}

/** Rows of several companies come in the order of their ids, and no client knows how many there will be. */
function toSortRestrictions({ table, columns, capabilities }: EntitySet): readonly string[] {
  const { orders, companies } = capabilities;
  const byCompany = columns.filter(({ name }) => companies.get(name) === 'companyId');
  const isSortable = (column: Column) =>
    table.per === 'COMPANY' ? byCompany.includes(column) : orders.has(column.name);
  return [
    property('Sortable', { Bool: String(columns.some(isSortable)) }),
    ...(table.per === 'COMPANY' ? [paths('AscendingOnlyProperties', byCompany)] : []),
    paths(
      'NonSortableProperties',
      columns.filter((column) => !isSortable(column)),
    ),
  ];
}

function annotate(term: string, properties: readonly string[]): string {
  return element('Annotation', { Term: `Capabilities.${term}` }, [element('Record', {}, properties)]);
}

function property(name: string, value: Attributes, children: readonly string[] = []): string {
  return element('PropertyValue', { Property: name, ...value }, children);
}

function paths(name: string, columns: readonly Column[]): string {
  const listed = columns.map((column) => `<PropertyPath>${toXmlText(column.name)}</PropertyPath>`);
  return property(name, {}, [element('Collection', {}, listed)]);
}

const NO = { Bool: 'false' };

const READ_ONLY = [
  annotate('ReadRestrictions', [
    property('ReadByKeyRestrictions', {}, [element('Record', {}, [property('Readable', NO)])]),
  ]),
  annotate('SearchRestrictions', [property('Searchable', NO)]),
  annotate('ExpandRestrictions', [property('Expandable', NO)]),
  annotate('InsertRestrictions', [property('Insertable', NO)]),
  annotate('UpdateRestrictions', [property('Updatable', NO)]),
  annotate('DeleteRestrictions', [property('Deletable', NO)]),
];

const CONTAINER_LIMITS = [
  element('Annotation', { Term: 'Capabilities.FilterFunctions' }, [
    element(
      'Collection',
      {},
      TEXT_FUNCTIONS.map((name) => `<String>${name}</String>`),
    ),
  ]),
  element('Annotation', { Term: 'Capabilities.BatchSupported', ...NO }),
  element('Annotation', { Term: 'Capabilities.SupportedFormats' }, [
    element('Collection', {}, ['<String>application/json</String>']),
  ]),
];

const COUNTS = ['companiesInScope', 'answered', 'restricted', 'failed', 'skipped'];

/** `@keepnet.coverage` in answers. */
const ANNOTATIONS = element('Schema', { Namespace: 'keepnet', xmlns: EDM }, [
  element('ComplexType', { Name: 'Gap' }, [
    element('Property', { Name: 'companyId', Type: 'Edm.String' }),
    ...['companyName', 'code', 'message'].map((name) => required(name, 'Edm.String')),
    required('retryable', 'Edm.Boolean'),
  ]),
  element('ComplexType', { Name: 'Coverage' }, [
    ...COUNTS.map((name) => required(name, 'Edm.Int32')),
    required('complete', 'Edm.Boolean'),
    required('gaps', 'Collection(keepnet.Gap)'),
  ]),
  element('Term', { Name: 'coverage', Type: 'keepnet.Coverage', Nullable: 'false', AppliesTo: 'Collection' }, [
    ...describe(
      'Which companies are in the answer up to this page, and those that were found missing on it, with the reason.',
    ),
  ]),
]);

function required(name: string, type: string): string {
  return element('Property', { Name: name, Type: type, Nullable: 'false' });
}
