/**
 * Arguments are checked before anything is asked of Keepnet: a field that takes arguments says with `@CheckArguments` how
 * to parse them, and the whole operation is walked before it runs. Resolvers parse again with the same function, so the
 * check and the use cannot differ. `test/schema/check-arguments.test.ts` holds that every field with arguments has one.
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

/** The first wrong argument of the operation, as an error that points at its field; undefined where all can be used. */
export function findWrongArgument(
  schema: GraphQLSchema,
  document: DocumentNode,
  operationName: string | undefined,
  variables: Record<string, unknown>,
): GraphQLError | undefined {
  const typeInfo = new TypeInfo(schema);
  let wrong: GraphQLError | undefined;
  const reachable = separateOperations(document)[operationName ?? ''] ?? document;
  visit(
    reachable,
    visitWithTypeInfo(typeInfo, {
      Field(node) {
        const field = typeInfo.getFieldDef();
        if (field && wrong === undefined) wrong = checkField(field, node, variables);
        return undefined;
      },
    }),
  );
  return wrong;
}

function checkField(
  field: GraphQLField<unknown, unknown>,
  node: FieldNode,
  variables: Record<string, unknown>,
): GraphQLError | undefined {
  const check = argumentCheckOf(field);
  if (check === undefined) return undefined;
  try {
    check(getArgumentValues(field, node, variables) as never);
    return undefined;
  } catch (error) {
    if (error instanceof GraphQLError) return error;
    if (!(error instanceof AppError)) throw error;
    return new GraphQLError(error.message, { nodes: node, originalError: error });
  }
}
