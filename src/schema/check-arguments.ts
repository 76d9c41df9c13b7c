/**
 * Arguments are checked before anything is asked of Keepnet: a field that takes arguments says with `@CheckArguments` how
 * to parse them, and the whole operation is walked before it runs. Resolvers parse again with the same function, so the
 * check and the use cannot differ. `test/schema/schema.test.ts` holds that every field with arguments has one.
 */
import {
  type DocumentNode,
  type FieldNode,
  GraphQLError,
  type GraphQLField,
  type GraphQLSchema,
  getArgumentValues,
  separateOperations,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import { Extensions } from 'type-graphql';
import { AppError } from '../errors.js';

/** Throws BAD_USER_INPUT where the arguments of a field cannot be used. */
export type ArgumentCheck = (args: never) => unknown;

const EXTENSION = 'checkArguments';

export function CheckArguments(check: ArgumentCheck): MethodDecorator & PropertyDecorator {
  return Extensions({ [EXTENSION]: check });
}

export function argumentCheckOf(field: GraphQLField<unknown, unknown>): ArgumentCheck | undefined {
  return field.extensions[EXTENSION] as ArgumentCheck | undefined;
}

/**
 * The first wrong argument of the operation, as an error that points at its field; undefined where all can be used. Which
 * fields of a document have a check is found once: `document` must have been validated against `schema`, and no other.
 */
export function findWrongArgument(
  schema: GraphQLSchema,
  document: DocumentNode,
  operationName: string | undefined,
  variables: Record<string, unknown>,
): GraphQLError | undefined {
  for (const checked of findCheckedFields(schema, document, operationName ?? '')) {
    const wrong = checkField(checked, variables);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}

interface CheckedField {
  readonly field: GraphQLField<unknown, unknown>;
  readonly node: FieldNode;
  readonly check: ArgumentCheck;
}

/** By document, then by the name of the operation. Apollo keeps the documents of queries that come again. */
const checkedFields = new WeakMap<DocumentNode, Map<string, readonly CheckedField[]>>();

function findCheckedFields(
  schema: GraphQLSchema,
  document: DocumentNode,
  operationName: string,
): readonly CheckedField[] {
  const byOperation = checkedFields.get(document) ?? new Map<string, readonly CheckedField[]>();
  checkedFields.set(document, byOperation);
  const found = byOperation.get(operationName) ?? collectCheckedFields(schema, document, operationName);
  byOperation.set(operationName, found);
  return found;
}

function collectCheckedFields(schema: GraphQLSchema, document: DocumentNode, operationName: string): CheckedField[] {
  const typeInfo = new TypeInfo(schema);
  const found: CheckedField[] = [];
  const enter = (node: FieldNode) => {
    const field = typeInfo.getFieldDef();
    const check = field && argumentCheckOf(field);
    if (check) found.push({ field, node, check });
  };
  const reachable = separateOperations(document)[operationName] ?? document;
  visit(reachable, visitWithTypeInfo(typeInfo, { Field: { enter } }));
  return found;
}

function checkField(
  { field, node, check }: CheckedField,
  variables: Record<string, unknown>,
): GraphQLError | undefined {
  try {
    check(getArgumentValues(field, node, variables) as never);
    return undefined;
  } catch (error) {
    if (error instanceof GraphQLError) return error;
    if (!(error instanceof AppError)) throw error;
    return new GraphQLError(error.message, { nodes: node, originalError: error });
  }
}
