/**
 * Fields whose property may be a function, called only where the field is selected. graphql-js would call it by itself and a
 * compiled operation would not, so such a field says what it is, and the built schema gives it a resolver for both.
 */
import { type GraphQLSchema, isObjectType } from 'graphql';
import { Extensions } from 'type-graphql';

const EXTENSION = 'lazy';

/** A value, or the way to get it. The field must be marked with `@LazyField`. */
export type Lazy<T> = T | (() => T | Promise<T>);

export function LazyField(): PropertyDecorator & MethodDecorator {
  return Extensions({ [EXTENSION]: true });
}

/** Changes `schema`: a newly built one, which nobody uses yet. */
export function resolveLazyFields(schema: GraphQLSchema): void {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      if (field.extensions[EXTENSION] === true) field.resolve = (source) => readLazy(source[field.name]);
    }
  }
}

function readLazy(value: unknown): unknown {
  return typeof value === 'function' ? value() : value;
}
