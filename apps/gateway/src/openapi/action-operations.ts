import type { CatalogueVersion, JsonObject } from '@action-do/contracts';
import { executeOperation } from './described-execute.js';
import { ref } from './described-parts.js';
import { embeddedSchema } from './embedded-schema.js';
import type { OpenApiDocument } from './openapi-document.js';

/** Actions that one document holds: what generators and readers still bear. */
export const ACTIONS_MAX = 500;
/** Characters of schemas likewise. */
const SCHEMAS_LENGTH_MAX = 4_000_000;

/** `send-invoice` → `executeSendInvoice`. Where that would not lead back to the name, it is written out: `execute_a_1b`. */
export function operationIdOf(name: string): string {
  const id = `execute${name
    .split('-')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('')}`;
  // A digit has no upper case: a-1b and a1b would both be A1b. And executeAction is there already.
  return /-\d/.test(name) || name === 'action' ? `execute_${name.replaceAll('-', '_')}` : id;
}

/** What an operation tells of a version. */
export type OfferedVersion = Pick<
  CatalogueVersion,
  'name' | 'version' | 'description' | 'policy' | 'paramsJsonSchema' | 'resultJsonSchema'
>;

/** What cannot be said in this document, for all that it says of the values. */
const UNSAID = 'Its schema refers beyond itself: see GET /v1/actions/{name}.';

/**
 * The document with an operation for each of these actions: the same path as a call has, its params and its result by
 * the action's own schemas.
 * @param versions offered ones; of several of an action the first counts, which lists have as the newest
 * @param complete whether these are all
 */
export function withActions(
  document: OpenApiDocument,
  versions: readonly OfferedVersion[],
  complete: boolean,
): OpenApiDocument {
  const paths: Record<string, Record<string, object>> = {};
  const schemas: Record<string, unknown> = {};
  let [left, all] = [SCHEMAS_LENGTH_MAX, complete];
  for (const version of versions) {
    const path = `/v1/actions/${version.name}/executions`;
    if (Object.hasOwn(paths, path)) continue;
    left -= JSON.stringify([version.paramsJsonSchema, version.resultJsonSchema]).length;
    if (Object.keys(paths).length >= ACTIONS_MAX || left < 0) {
      all = false;
      break;
    }
    paths[path] = { post: operationOf(version) };
    Object.assign(schemas, componentsOf(version, 'params', version.paramsJsonSchema, { type: 'object' }));
    Object.assign(schemas, componentsOf(version, 'result', version.resultJsonSchema, {}));
  }
  const { info, components } = document;
  return {
    ...document,
    info: { ...info, description: `${info.description} ${all ? COMPLETE : INCOMPLETE}` },
    paths: { ...document.paths, ...paths },
    components: { ...components, schemas: { ...components.schemas, ...schemas } },
  };
}

const COMPLETE = 'With an operation for each action that is offered.';
const INCOMPLETE =
  'With an operation for each of the first actions that are offered, by name: there are more than this document takes. The others are executed by executeAction; GET /v1/actions lists them.';

/** No name of the platform's own schemas has a dot. */
const componentName = ({ name }: OfferedVersion, part: string) => `${name}.${part}`;

function componentsOf(version: OfferedVersion, part: string, schema: JsonObject, otherwise: JsonObject) {
  const name = componentName(version, part);
  return embeddedSchema(name, schema) ?? { [name]: { ...otherwise, description: UNSAID } };
}

function operationOf(version: OfferedVersion): object {
  const { name, description, policy } = version;
  const { mode, perVersion } = policy.idempotency;
  return executeOperation({
    operationId: operationIdOf(name),
    summary: `Execute ${name}, version ${version.version}: once, however often it is asked for.`,
    description,
    mode,
    parameters: [
      {
        name: 'version',
        in: 'query',
        required: perVersion,
        schema: { type: 'integer', enum: [version.version] },
        description: perVersion
          ? 'Each version is a piece of work of its own.'
          : 'default: the newest, which may be another one by then',
      },
    ],
    params: ref(componentName(version, 'params')),
    result: ref(componentName(version, 'result')),
  });
}
