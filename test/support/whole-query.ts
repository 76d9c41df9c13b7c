/**
 * Selections that take everything: made from the schema, so that a field which is added tomorrow is in them. A field with an
 * argument that must be given has to be in the table that the caller hands in, else it is an error that names it.
 */
import {
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isInterfaceType,
  isLeafType,
  isObjectType,
  isRequiredArgument,
} from 'graphql';

export interface WholeQueries {
  /** A field with all that is below it, so many levels deep; a type is never inside itself. Empty where nothing is left. */
  select(typeName: string, fieldName: string, depth: number): string;
  /** `Type.field` of all that was selected so far. */
  readonly selected: ReadonlySet<string>;
}

/** `given`: by `Type.field`, its arguments as they are written: `(first: 5)`; by the name of an interface, the type to ask for. */
export function createWholeQueries(schema: GraphQLSchema, given: Readonly<Record<string, string>>): WholeQueries {
  const selected = new Set<string>();

  function selectField(owner: string, field: GraphQLField<unknown, unknown>, depth: number, above: string[]): string {
    const name = `${owner}.${field.name}`;
    const type = getNamedType(field.type);
    const below = isLeafType(type) ? '' : selectType(type, depth - 1, above);
    if (!isLeafType(type) && below === '') return '';
    if (given[name] === undefined && field.args.some(isRequiredArgument)) throw new Error(`${name} needs arguments`);
    selected.add(name);
    return `${field.name}${given[name] ?? ''}${below}`;
  }

  function selectType(type: GraphQLNamedType, depth: number, above: string[]): string {
    if (depth < 0 || above.includes(type.name)) return '';
    if (isInterfaceType(type)) {
      // One of its types: several would ask for fields of one name and different types.
      const chosen = schema.getPossibleTypes(type).find(({ name }) => name === given[type.name]);
      if (chosen === undefined) throw new Error(`${type.name} needs the name of one of its types`);
      return toSet([`... on ${chosen.name}${selectType(chosen, depth, above)}`]);
    }
    if (!isObjectType(type)) return '';
    const below = [...above, type.name];
    return toSet(Object.values(type.getFields()).map((field) => selectField(type.name, field, depth, below)));
  }

  return {
    select(typeName, fieldName, depth) {
      const type = schema.getType(typeName);
      const field = isObjectType(type) ? type.getFields()[fieldName] : undefined;
      if (field === undefined) throw new Error(`there is no ${typeName}.${fieldName}`);
      return selectField(typeName, field, depth, [typeName]);
    },
    selected,
  };
}

function toSet(selections: readonly string[]): string {
  const some = selections.filter((selection) => selection !== '');
  return some.length === 0 ? '' : ` { ${some.join(' ')} }`;
}

/** `Type.field` of every field that a query can reach, whatever the way. */
export function listQueryFields(schema: GraphQLSchema): string[] {
  const mutation = schema.getMutationType();
  const payloads = Object.values(mutation?.getFields() ?? {}).map((field) => getNamedType(field.type).name);
  return Object.values(schema.getTypeMap())
    .filter(isObjectType)
    .filter(({ name }) => !name.startsWith('__') && name !== mutation?.name && !payloads.includes(name))
    .flatMap((type) => Object.keys(type.getFields()).map((field) => `${type.name}.${field}`));
}
