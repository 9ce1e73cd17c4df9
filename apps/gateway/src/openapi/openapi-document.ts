import { AuditEvent, ExecuteBody, Execution, Problem } from '@action-do/contracts';
import { CONTROL_SCHEMAS, controlPaths } from './described-control.js';
import { executeOperation, settled } from './described-execute.js';
import { ANSWER_HEADERS, PREFER } from './described-headers.js';
import { LIST_PATHS, LIST_SCHEMAS } from './described-lists.js';
import { ALWAYS, json, OUTCOMES, path, problems, ref } from './described-parts.js';
import { REGISTRY_PATHS, REGISTRY_SCHEMAS } from './described-registry.js';
import { schemaComponent } from './schema-component.js';

export interface OpenApiDocument {
  /** Path template → method in lower case → operation. */
  readonly paths: Readonly<Record<string, Readonly<Record<string, object>>>>;
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly components: {
    readonly schemas: Readonly<Record<string, unknown>>;
    readonly [member: string]: unknown;
  };
  readonly [member: string]: unknown;
}

/** A document that everybody may have, and whoever brings a key with what is offered to him. */
const documentOperation = (operationId: string, summary: string) => ({
  operationId,
  summary,
  security: [{}, { apiKey: [] }],
  responses: { '200': json({ type: 'object' }, 'The document.'), ...problems(...ALWAYS) },
});

/** The gateway's contract as OpenAPI 3.1: schemas from the same zod types that the code checks with. */
export function openApiDocument(): OpenApiDocument {
  const id = path('id', 'exe_<hash>-<generation>');
  return {
    openapi: '3.1.0',
    info: {
      title: 'action.do',
      version: '1.0.0',
      description: 'Atomic, idempotent, audited actions.',
    },
    servers: [{ url: '/' }],
    security: [{ apiKey: [] }],
    paths: {
      '/v1/actions/{name}/executions': {
        post: executeOperation({
          operationId: 'executeAction',
          summary: 'Execute an action: once, however often it is asked for.',
          parameters: [
            path('name', 'lower-case words joined by hyphens'),
            {
              name: 'version',
              in: 'query',
              required: false,
              schema: { type: 'integer', minimum: 1 },
              description: 'default: the newest',
            },
          ],
          result: {},
        }),
      },
      '/v1/executions/{id}': {
        get: {
          operationId: 'getExecution',
          summary: 'One execution as it stands now.',
          parameters: [id],
          responses: {
            '200': json(
              {
                type: 'object',
                required: ['execution'],
                properties: { result: {}, execution: ref('Execution') },
              },
              'The execution; result once it succeeded.',
            ),
            ...problems('NOT_FOUND', ...ALWAYS),
          },
        },
      },
      '/v1/executions/{id}/events': {
        get: {
          operationId: 'listExecutionEvents',
          summary: 'Everything that was recorded of one execution, in order.',
          parameters: [
            id,
            {
              name: 'cursor',
              in: 'query',
              required: false,
              schema: { type: 'string' },
              description: 'nextCursor of the page before',
            },
          ],
          responses: {
            '200': json(
              {
                type: 'object',
                required: ['items'],
                properties: {
                  items: { type: 'array', items: ref('AuditEvent') },
                  nextCursor: { type: 'string', description: 'only where there is more' },
                },
              },
              'A page of the events.',
            ),
            ...problems('REQUEST_INVALID', 'NOT_FOUND', ...ALWAYS),
          },
        },
      },
      '/v1/executions/{id}/attach': {
        get: {
          operationId: 'attachToExecution',
          summary: 'Wait for the outcome, as the first caller did.',
          parameters: [id, PREFER],
          responses: { ...settled({}), ...problems('NOT_FOUND', ...OUTCOMES, ...ALWAYS) },
        },
      },
      ...controlPaths(id),
      ...REGISTRY_PATHS,
      ...LIST_PATHS,
      // One path in two parts: a projector lists, an executor registers.
      '/v1/actions': { ...LIST_PATHS['/v1/actions'], ...REGISTRY_PATHS['/v1/actions'] },
      '/health/live': {
        get: {
          operationId: 'isLive',
          summary: 'Whether the process runs.',
          security: [],
          responses: { '200': json({ type: 'object' }, 'The process runs.') },
        },
      },
      '/health/ready': {
        get: {
          operationId: 'isReady',
          summary: 'Whether to send it work: an executor answers, and the gateway was not told to end.',
          security: [],
          responses: {
            '200': json({ type: 'object' }, 'Ready for work.'),
            '503': json({ type: 'object' }, 'Not ready.'),
          },
        },
      },
      '/v1/asyncapi.json': {
        get: documentOperation(
          'getAsyncApi',
          'What can be said on the bus, as AsyncAPI 3; with a key, the channels of each action, too.',
        ),
      },
      '/v1/openapi.json': {
        get: documentOperation(
          'getOpenApi',
          'The contract of this API: this document; with a key, an operation for each action, too.',
        ),
      },
    },
    components: {
      securitySchemes: { apiKey: { type: 'http', scheme: 'bearer', description: 'do_live_…' } },
      headers: ANSWER_HEADERS,
      schemas: {
        ExecuteBody: schemaComponent(ExecuteBody),
        Execution: schemaComponent(Execution),
        AuditEvent: schemaComponent(AuditEvent),
        ...CONTROL_SCHEMAS,
        ...REGISTRY_SCHEMAS,
        ...LIST_SCHEMAS,
        Problem: schemaComponent(Problem),
      },
    },
  };
}
