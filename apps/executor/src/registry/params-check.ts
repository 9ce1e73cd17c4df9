import type { Issue, JsonObject } from '@action-do/contracts';
import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';

/**
 * One for all actions, since each would check and compile the meta-schema anew; schemas are not kept by their `$id`,
 * so two actions may use the same. Formats come with a pattern of their own where zod made the schema, and the
 * author's zod looks again.
 */
const ajv = new Ajv2020({
  allErrors: true,
  useDefaults: true,
  validateFormats: false,
  strict: false,
  ownProperties: true,
  addUsedSchema: false,
});

/** Compiles a params schema (JSON Schema 2020-12) into a check that also fills in defaults, in place. */
export function compileParamsCheck(schema: object): (params: JsonObject) => Issue[] {
  const validate = ajv.compile(schema);
  return (params) => (validate(params) ? [] : (validate.errors ?? []).slice(0, ISSUES_MAX).map(toIssue));
}

const ISSUES_MAX = 20;

function toIssue({ instancePath, keyword, params, message = 'is not valid' }: ErrorObject): Issue {
  const at = `params${toPath(instancePath)}`;
  const member = keyword === 'required' ? params['missingProperty'] : params['additionalProperty'];
  if (keyword === 'required') return { path: `${at}.${member}`, code: 'required', message: 'is missing' };
  if (keyword === 'additionalProperties')
    return { path: `${at}.${member}`, code: 'unknown', message: 'is not a param of this action' };
  const allowed =
    keyword === 'enum' && Array.isArray(params['allowedValues'])
      ? `: ${params['allowedValues'].join(', ')}`
      : '';
  return { path: at, code: keyword, message: `${message}${allowed}` };
}

/** `/items/0/name` → `.items[0].name` */
const toPath = (pointer: string): string =>
  pointer
    .split('/')
    .slice(1)
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((token) => (/^\d+$/.test(token) ? `[${token}]` : `.${token}`))
    .join('');
