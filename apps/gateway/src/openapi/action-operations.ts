import { actionSchemas, componentName } from './action-schemas.js';
import { executeOperation } from './described-execute.js';
import { ref } from './described-parts.js';
import type { OfferedVersion, OfferedVersions } from './fitting-versions.js';
import type { OpenApiDocument } from './openapi-document.js';

/** `send-invoice` → `executeSendInvoice`. Where that would not lead back to the name, it is written out: `execute_a_1b`. */
export function operationIdOf(name: string): string {
  const id = `execute${name
    .split('-')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('')}`;
  // A digit has no upper case: a-1b and a1b would both be A1b. And executeAction is there already.
  return /-\d/.test(name) || name === 'action' ? `execute_${name.replaceAll('-', '_')}` : id;
}

/**
 * The document with an operation for each of these actions: the same path as a call has, its params and its result by
 * the action's own schemas.
 */
export function withActions(
  document: OpenApiDocument,
  { versions, complete }: OfferedVersions,
): OpenApiDocument {
  const { info, components } = document;
  const paths = versions.map((one) => [`/v1/actions/${one.name}/executions`, { post: operationOf(one) }]);
  const schemas = versions.flatMap((one) => Object.entries(actionSchemas(one)));
  return {
    ...document,
    info: { ...info, description: `${info.description} ${complete ? COMPLETE : INCOMPLETE}` },
    paths: { ...document.paths, ...Object.fromEntries(paths) },
    components: { ...components, schemas: { ...components.schemas, ...Object.fromEntries(schemas) } },
  };
}

const COMPLETE = 'With an operation for each action that is offered.';
const INCOMPLETE =
  'With an operation for each of the first actions that are offered, by name: there are more than this document takes. The others are executed by executeAction; GET /v1/actions lists them.';

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
