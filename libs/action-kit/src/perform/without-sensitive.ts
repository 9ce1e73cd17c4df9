import type { ActionDefinition } from '../action-definition.js';
import { HIDDEN, Hiding } from '../hide.js';
import type { JsonObject, JsonValue } from '../json.js';
import type { Issue } from '../parse-values.js';
import { Sensitive } from '../sensitive.js';
import { secretsOf } from './perform-action.js';

type Contract = Pick<ActionDefinition, 'paramsJsonSchema' | 'resultJsonSchema'>;

interface Said {
  readonly message: string;
  readonly cause?: { code: string; message: string; details?: JsonValue | undefined } | undefined;
  readonly issues?: Issue[] | undefined;
}

export const marksSensitive = ({ paramsJsonSchema, resultJsonSchema }: Contract): boolean =>
  Sensitive.of(paramsJsonSchema) !== null || Sensitive.of(resultJsonSchema) !== null;

/**
 * What somebody says of a failure, without what the contract marks sensitive in the params, or in an undone result. Never
 * throws: of what cannot be gone through nothing is said.
 */
export function withoutSensitive<S extends Said>(
  said: S,
  contract: Contract,
  params: JsonObject,
  result?: JsonValue,
): S {
  try {
    return hidden(said, contract, params, result);
  } catch {
    return { ...said, message: HIDDEN, cause: undefined, issues: undefined };
  }
}

function hidden<S extends Said>(said: S, contract: Contract, params: JsonObject, result?: JsonValue): S {
  const secrets = secretsOf(contract, [params], result);
  if (secrets.length === 0) return said;
  const hiding = new Hiding(secrets);
  const { message, cause, issues } = said;
  const { details } = cause ?? {};
  return {
    ...said,
    message: hiding.text(message),
    ...(cause && {
      cause: {
        code: hiding.text(cause.code),
        message: hiding.text(cause.message),
        ...(details === undefined ? {} : { details: hiding.json(details) }),
      },
    }),
    ...(issues && {
      issues: issues.map((issue) => ({
        path: hiding.text(issue.path),
        code: hiding.text(issue.code),
        message: hiding.text(issue.message),
      })),
    }),
  };
}
