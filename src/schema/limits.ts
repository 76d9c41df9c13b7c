/**
 * How much a document may ask before anything looks at it closely, and how much may come with it as variables. Promises a
 * refusal that costs no more than one walk over the text: what graphql-js does with a document grows with the square of its
 * fields, or worse. Operations that the operator trusts are not measured (`trusted-operations.ts`); the budget of Keepnet calls
 * (`price.ts`) is another matter, and holds for all.
 */
import {
  type ASTVisitor,
  type DocumentNode,
  type ExecutableDefinitionNode,
  type FieldNode,
  GraphQLError,
  Kind,
  type SelectionNode,
  type ValidationContext,
} from 'graphql';
import { type AppError, badInput } from '../errors.js';

/** Read by the parser, which stops there. */
export const MAX_TOKENS = 2_000;

/** Told for one document, the one that says that there are more among them. */
export const MAX_ERRORS = 5;

/** What graphql-js compares pair by pair, so the one that also holds for fragments that nothing spreads. */
const FIELD_LIMIT: Limit = { part: 'fields', max: 500, wording: 'fields' };

/** Of one operation, with each fragment counted wherever it is spread. */
const OPERATION_LIMITS: readonly Limit[] = [
  { part: 'depth', max: 10, wording: 'levels of fields' },
  // What tools ask to draw the schema: types within types, seven times.
  { part: 'introspectionDepth', max: 20, wording: 'levels of fields below __schema or __type' },
  { part: 'aliases', max: 30, wording: 'aliases' },
  { part: 'rootFields', max: 20, wording: 'fields at its root' },
  { part: 'directives', max: 50, wording: 'directives' },
  FIELD_LIMIT,
];

const MAX_VARIABLE_DEPTH = 20;
/** An export may name ten thousand companies. */
const MAX_VARIABLE_VALUES = 20_000;

/**
 * A validation rule that must run in the same pass as those of graphql-js: it measures the document before any of them sees a
 * field, and where it is too much leaves them nothing to look at.
 */
export function boundDocumentRule(context: ValidationContext): ASTVisitor {
  return {
    Document(document) {
      const excess = findExcess(document);
      if (excess === undefined) return undefined;
      context.reportError(excess);
      return { ...document, definitions: [] };
    },
  };
}

/** BAD_USER_INPUT where they are nested too deeply, or are too many to be meant; undefined where all is well. */
export function findVariableExcess(variables: Readonly<Record<string, unknown>> | undefined): AppError | undefined {
  let values = 0;
  let level: readonly unknown[] = [variables];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > MAX_VARIABLE_DEPTH) return badInput('variables', `expected at most ${MAX_VARIABLE_DEPTH} levels`);
    values += level.length;
    if (values > MAX_VARIABLE_VALUES) return badInput('variables', `expected at most ${MAX_VARIABLE_VALUES} values`);
    level = level.flatMap((value) => (typeof value === 'object' && value !== null ? Object.values(value) : []));
  }
  return undefined;
}

interface Limit {
  readonly part: keyof Size;
  readonly max: number;
  readonly wording: string;
}

interface Size {
  depth: number;
  introspectionDepth: number;
  aliases: number;
  rootFields: number;
  fields: number;
  directives: number;
}

function findExcess(document: DocumentNode): GraphQLError | undefined {
  const measure = createMeasure(document);
  for (const definition of document.definitions) {
    if (!isExecutable(definition)) continue;
    const size = measure(definition);
    const limits = definition.kind === Kind.OPERATION_DEFINITION ? OPERATION_LIMITS : [FIELD_LIMIT];
    const exceeded = limits.find(({ part, max }) => size[part] > max);
    if (exceeded) return toError(definition, exceeded);
  }
  return undefined;
}

function isExecutable(definition: { readonly kind: Kind }): definition is ExecutableDefinitionNode {
  return definition.kind === Kind.OPERATION_DEFINITION || definition.kind === Kind.FRAGMENT_DEFINITION;
}

function toError(definition: ExecutableDefinitionNode, { max, wording }: Limit): GraphQLError {
  const kind = definition.kind === Kind.FRAGMENT_DEFINITION ? 'fragment' : 'operation';
  const message = `The ${kind} has too many ${wording}: at most ${max} are allowed.`;
  return new GraphQLError(message, { nodes: definition });
}

/** Each fragment is walked once and its size is added where it is spread, so that the walk is as long as the text. */
function createMeasure({ definitions }: DocumentNode): (definition: ExecutableDefinitionNode) => Size {
  const sizes = new Map<ExecutableDefinitionNode, Size>();
  const fragments = new Map(
    definitions.flatMap((each) => (each.kind === Kind.FRAGMENT_DEFINITION ? [[each.name.value, each] as const] : [])),
  );

  function measureDefinition(definition: ExecutableDefinitionNode): Size {
    const known = sizes.get(definition);
    if (known !== undefined) return known;
    // A fragment within itself adds nothing: graphql-js has a rule, and better words, for it.
    sizes.set(definition, emptySize());
    const size = measureSelections(definition.selectionSet.selections, definition.directives?.length);
    sizes.set(definition, size);
    return size;
  }

  function measureSelections(selections: readonly SelectionNode[] = [], directives = 0): Size {
    const sum = { ...emptySize(), directives };
    for (const selection of selections) addSize(sum, measureSelection(selection));
    return sum;
  }

  function measureSelection(selection: SelectionNode): Size {
    const directives = selection.directives?.length;
    if (selection.kind === Kind.FIELD) {
      return toFieldSize(selection, measureSelections(selection.selectionSet?.selections, directives));
    }
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      return measureSelections(selection.selectionSet.selections, directives);
    }
    const fragment = fragments.get(selection.name.value);
    const size = { ...(fragment ? measureDefinition(fragment) : emptySize()) };
    size.directives += directives ?? 0;
    return size;
  }

  return measureDefinition;
}

function toFieldSize({ name, alias }: FieldNode, below: Size): Size {
  const isIntrospection = name.value === '__schema' || name.value === '__type';
  const depth = below.depth + 1;
  return {
    depth: isIntrospection ? 1 : depth,
    introspectionDepth: isIntrospection ? depth : below.introspectionDepth,
    aliases: below.aliases + (alias ? 1 : 0),
    rootFields: 1,
    fields: below.fields + 1,
    directives: below.directives,
  };
}

function addSize(sum: Size, size: Size): void {
  sum.depth = Math.max(sum.depth, size.depth);
  sum.introspectionDepth = Math.max(sum.introspectionDepth, size.introspectionDepth);
  sum.aliases += size.aliases;
  sum.rootFields += size.rootFields;
  sum.fields += size.fields;
  sum.directives += size.directives;
}

function emptySize(): Size {
  return { depth: 0, introspectionDepth: 0, aliases: 0, rootFields: 0, fields: 0, directives: 0 };
}
