/** The closed list of error codes as a GraphQL enum, for places where a failure is data. */
import { registerEnumType } from 'type-graphql';
import { ERROR_CODES, type ErrorCode } from '../errors.js';

const CODES = Object.keys(ERROR_CODES) as ErrorCode[];

export const ErrorCodeEnum = Object.fromEntries(CODES.map((code) => [code, code])) as { [Code in ErrorCode]: Code };

registerEnumType(ErrorCodeEnum, {
  name: 'ErrorCode',
  description: 'What went wrong: the codes of `errors[].extensions.code`.',
  valuesConfig: Object.fromEntries(CODES.map((code) => [code, { description: ERROR_CODES[code].meaning }])) as Record<
    ErrorCode,
    { description: string }
  >,
});
