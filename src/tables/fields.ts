/** The fields of a query, as tables may have them: neither fragments nor directives, so that each is there in every answer. */
import { type FieldNode, Kind, print, type SelectionSetNode } from 'graphql';

/** @throws Error for what is not a plain field */
export function toFields(selectionSet: SelectionSetNode | undefined): FieldNode[] {
  return (selectionSet?.selections ?? []).map((selection) => {
    if (selection.kind !== Kind.FIELD)
      throw new Error(`expected fields only, got the fragment \`${print(selection)}\``);
    const [directive] = selection.directives ?? [];
    if (directive !== undefined)
      throw new Error(`${keyOf(selection)}: expected no directive, got: ${print(directive)}`);
    return selection;
  });
}

/** The name under which a field stands in an answer. */
export function keyOf({ alias, name }: FieldNode): string {
  return (alias ?? name).value;
}
