/**
 * What a request for a table may say beside its page: the companies, and the variables of its document by their bare names. A word that
 * means nothing is refused: a typo must not widen the result. What every table takes (`columns`, `limit` …) is left to whoever serves it.
 */
import {
  coerceInputValue,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isInputObjectType,
  isRequiredInputField,
  Kind,
  parseType,
  TypeInfo,
  typeFromAST,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import { badInput } from '../errors.js';
import { describeValues, listValues, readJson, readOrder, readText, readValue, toOrder } from './parameter-values.js';
import { COMPANY_VARIABLE, type Table, type TableVariable } from './table.js';

export interface TableParameter {
  readonly name: string;
  /** As GraphQL writes it: `Date`, `[ID!]`. A list is written by commas. */
  readonly type: string;
  readonly description: string;
  readonly isRequired: boolean;
  /** The words that it can be, or a list of them be made of; absent where it is no choice of words. */
  readonly values?: readonly string[];
}

export interface TableQuery {
  /** For the document, without `company`. */
  readonly variables: Readonly<Record<string, unknown>>;
  /** Global or raw ids as they were written; null where all are meant. */
  readonly companyIds: readonly string[] | null;
}

/** What takes parameters: a table, or another document that is asked with variables. */
export type Parameterised = Pick<Table, 'name' | 'per' | 'document' | 'variables'>;

/** What a request says to every table, and what a variable can therefore not be called. */
const RESERVED = ['columns', 'limit', 'cursor', 'bom', 'require', 'key'];

const COMPANIES: TableParameter = {
  name: 'companies',
  type: '[ID!]',
  description: 'Global or raw ids of companies, by comma; all that you may see unless told.',
  isRequired: false,
};

/** @throws Error where two parameters would have the same name */
export function listParameters(table: Parameterised, schema: GraphQLSchema): readonly TableParameter[] {
  const own = collectParameters(table, schema).map(({ name, type, description, isRequired }) => {
    const values = listValues(type);
    return { name, type: String(type), description, isRequired, ...(values.length > 0 && { values }) };
  });
  const all = table.per === 'COMPANY' ? [COMPANIES, ...own] : own;
  const names = [...RESERVED, ...all.map(({ name }) => name)];
  const repeated = names.find((name, at) => names.indexOf(name) < at);
  if (repeated !== undefined) throw new Error(`${table.name}: expected one parameter ${repeated}, got two`);
  return all;
}

/**
 * `query` holds nothing but parameters of the table: what the caller of this function reads itself is taken out before.
 * @throws AppError BAD_USER_INPUT that names the parameter
 */
export function parseParameters(
  table: Parameterised,
  schema: GraphQLSchema,
  query: Readonly<Record<string, unknown>>,
): TableQuery {
  const { [COMPANIES.name]: companies, ...given } = query;
  const takesCompanies = table.per === 'COMPANY';
  const parameters = collectParameters(table, schema);
  const known = [...(takesCompanies ? [COMPANIES] : []), ...parameters].map(({ name }) => name);
  const unknown = Object.keys(query).find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw badInput(
      unknown.slice(0, 40),
      `${table.name} takes ${known.join(', ') || 'nothing'}, apart from what all take`,
    );
  }
  const variables: Record<string, unknown> = {};
  for (const parameter of parameters) {
    const written = given[parameter.name];
    if (written !== undefined) setVariable(variables, parameter, parameter.read(readText(parameter.name, written)));
  }
  const lacking = ownVariables(table).find(({ name, isRequired }) => isRequired && variables[name] === undefined);
  if (lacking !== undefined) throw badInput(lacking.name, `${table.name} needs it`);
  requireValid(variables, table, schema);
  return { variables, companyIds: companies === undefined ? null : readIds(companies) };
}

interface OwnParameter extends Omit<TableParameter, 'type'> {
  readonly type: GraphQLInputType;
  readonly variable: string;
  /** Of an input object; null where the parameter is the whole variable. */
  readonly field: string | null;
  /** @throws AppError BAD_USER_INPUT */
  read(text: string): unknown;
}

function collectParameters(table: Parameterised, schema: GraphQLSchema): OwnParameter[] {
  const descriptions = readDescriptions(table, schema);
  return ownVariables(table).flatMap((variable) => {
    const { name, isRequired } = variable;
    const type = toType(variable, schema);
    const description = descriptions.get(name) ?? '';
    const about = { name, variable: name, field: null, type, isRequired };
    const order = toOrder(type);
    const isJson = order === null && isInputObjectType(getNamedType(type));
    if (isJson) return toJsonParameters(about, description);
    const read = (text: string) => (order === null ? readValue(name, text, type) : readOrder(name, text, order));
    return [{ ...about, description: `${description} ${describeValues(type)}`.trim(), read }];
  });
}

/** All but the company, which each answer has its own of. */
function ownVariables({ variables, per }: Parameterised): readonly TableVariable[] {
  return variables.filter(({ name }) => per === 'LIST' || name !== COMPANY_VARIABLE);
}

function toJsonParameters(about: Omit<OwnParameter, 'read' | 'description'>, description: string): OwnParameter[] {
  const { name, type } = about;
  const object = getNullableType(type);
  const fields = isInputObjectType(object) ? toFieldParameters(about, object) : [];
  const told = `${description} As JSON${fields.length > 0 ? ', in place of the single fields' : ''}.`;
  // Its fields say it too: alone it is never required.
  const whole = { ...about, isRequired: false, description: told.trim(), read: (text: string) => readJson(name, text) };
  return [...fields, whole];
}

/** What an address can hold: values, and lists of these. The rest of the input is reached by its JSON. */
function toFieldParameters(
  { name: variable, isRequired }: Pick<OwnParameter, 'name' | 'isRequired'>,
  object: GraphQLInputObjectType,
): OwnParameter[] {
  return Object.values(object.getFields())
    .filter(({ type }) => !isInputObjectType(getNamedType(type)))
    .map((field) => ({
      name: field.name,
      variable,
      field: field.name,
      type: field.type,
      description: `${field.description ?? ''} ${describeValues(field.type)}`.trim(),
      isRequired: isRequired && isRequiredInputField(field),
      read: (text: string) => readValue(field.name, text, field.type),
    }));
}

function setVariable(
  variables: Record<string, unknown>,
  { variable, field, name }: OwnParameter,
  value: unknown,
): void {
  const set = variables[variable];
  if (field === null && set !== undefined) {
    const single = Object.keys(set as object).join(', ');
    throw badInput(name, `expected the whole or its single fields, got both: ${name} and ${single}`);
  }
  variables[variable] = field === null ? value : { ...(set as object | undefined), [field]: value };
}

/** What each value by itself cannot show: fields of JSON, and those that an input must have. */
function requireValid(variables: Readonly<Record<string, unknown>>, table: Parameterised, schema: GraphQLSchema): void {
  for (const variable of table.variables) {
    const value = variables[variable.name];
    if (value === undefined) continue;
    coerceInputValue(value, toType(variable, schema), (path, _invalid, error) => {
      const place = path.length > 0 ? ` (at ${path.join('.')})` : '';
      throw badInput(variable.name, `${error.message}${place}`);
    });
  }
}

function toType({ type }: TableVariable, schema: GraphQLSchema): GraphQLInputType {
  const found = typeFromAST(schema, parseType(type) as never);
  if (found === undefined) throw new Error(`the schema has no type ${type}`);
  return found as GraphQLInputType;
}

/** A variable has no description of its own; the argument that it is given to has. */
function readDescriptions({ document }: Parameterised, schema: GraphQLSchema): ReadonlyMap<string, string> {
  const typeInfo = new TypeInfo(schema);
  const found = new Map<string, string>();
  const visitor = visitWithTypeInfo(typeInfo, {
    Argument({ value }) {
      const description = typeInfo.getArgument()?.description;
      if (value.kind === Kind.VARIABLE && description) found.set(value.name.value, description);
    },
  });
  visit(document, visitor);
  return found;
}

function readIds(written: unknown): readonly string[] {
  const ids = readText(COMPANIES.name, written)
    .split(',')
    .map((id) => id.trim());
  if (ids.includes('')) throw badInput(COMPANIES.name, 'expected ids, separated by commas');
  return ids;
}
