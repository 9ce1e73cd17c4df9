import {
  ActionTarget,
  AuditEvent,
  ExecutionStatus,
  IdempotencyState,
  LIST_LIMIT_DEFAULT,
  LIST_LIMIT_MAX,
  ListedExecution,
  listOf,
  ViewsRebuild,
  ViewsStatus,
} from '@action-do/contracts';
import { MIN_POSITION } from './described-headers.js';
import { ALWAYS, json, problems, ref } from './described-parts.js';
import { schemaComponent } from './schema-component.js';

const inQuery = (name: string, description: string, schema: object = { type: 'string' }) => ({
  name,
  in: 'query',
  required: false,
  description,
  schema,
});

/** A name that may be repeated. */
const several = (name: string, description: string) =>
  inQuery(name, `${description}; repeated = any of them, with a leading - = none of them`, {
    type: 'array',
    items: { type: 'string' },
    maxItems: 50,
  });

const time = { type: 'string', format: 'date-time' };
const BEGUN = { type: 'object', required: ['rebuild'], properties: { rebuild: ref('ViewsRebuild') } };

const LIMIT = inQuery('limit', 'items a page', {
  type: 'integer',
  minimum: 1,
  maximum: LIST_LIMIT_MAX,
  default: LIST_LIMIT_DEFAULT,
});
const CURSOR = inQuery('cursor', 'nextCursor of the page before, with the same filters');

const COMMON = [
  several('action', 'name of an action'),
  several('version', 'version of the action'),
  several('status', ExecutionStatus.options.join(', ')),
  several('actor', 'id of who asked'),
  several('errorCode', 'code of the failure'),
  several('correlationId', 'correlation id'),
  several('workflowRun', 'id of a workflow run'),
  inQuery('key', 'idempotency key'),
  inQuery('since', 'from this time on', time),
  inQuery('until', 'before this time', time),
  LIMIT,
  CURSOR,
  {
    ...inQuery('params', 'params.<path>=value, such as params.customer.id=c1; at most 5 paths', {
      type: 'object',
      patternProperties: { '^params\\.[^\\s]{1,200}$': { type: 'array', items: { type: 'string' } } },
      additionalProperties: false,
    }),
    // Each member of the object is a parameter of its own, under its whole name.
    style: 'form',
    explode: true,
  },
  MIN_POSITION,
];

/** Of the lists whose items are versions of actions. */
const CATALOGUE = [
  several('action', 'name of an action'),
  several('status', 'offered, retired'),
  several('target', ActionTarget.options.join(', ')),
  LIMIT,
  CURSOR,
  MIN_POSITION,
];

const PROBLEMS = problems(...ALWAYS);

/** Operations that a projector answers. */
export const LIST_PATHS = {
  '/v1/executions': {
    get: {
      operationId: 'listExecutions',
      summary: 'Search in the executions, newest first.',
      parameters: COMMON,
      responses: {
        '200': json(
          ref('ExecutionList'),
          'A page; with action and key, what is known of the key beside it (idempotency).',
        ),
        ...PROBLEMS,
      },
    },
  },
  '/v1/audit/events': {
    get: {
      operationId: 'listAuditEvents',
      summary: 'Search in the audit trail, newest first.',
      parameters: [
        ...COMMON,
        several('type', 'type of the event, such as ActionFailed'),
        several('execution', 'id of an execution'),
      ],
      responses: { '200': json(ref('AuditEventList'), 'A page.'), ...PROBLEMS },
    },
  },
  '/v1/actions': {
    get: {
      operationId: 'listActions',
      summary: 'What can be called: every version of every action, by name, newest version first.',
      parameters: CATALOGUE,
      responses: { '200': json(ref('CatalogueList'), 'A page.'), ...PROBLEMS },
    },
  },
  '/v1/views': {
    get: {
      operationId: 'getViewsStatus',
      summary: 'How far the views are.',
      responses: {
        '200': json(ref('ViewsStatus'), 'Position, lag, rows, and the newest building anew.'),
        ...PROBLEMS,
      },
    },
  },
  '/v1/views/rebuild': {
    post: {
      operationId: 'rebuildViews',
      summary: 'Build the views anew from the log, beside those that go on answering.',
      responses: {
        '200': json(BEGUN, 'Begun: the status tells how far it is.'),
        ...problems('BODY_INVALID', 'IN_PROGRESS', 'PAYLOAD_TOO_LARGE', 'UNSUPPORTED_MEDIA_TYPE', ...ALWAYS),
      },
    },
  },
};

/** A list as contracts has it, its items by their name. */
function listSchema(name: string): object {
  const { properties, ...rest } = { properties: {}, ...schemaComponent(listOf(AuditEvent)) };
  const idempotency = { type: 'array', items: ref('IdempotencyState') };
  return {
    ...rest,
    properties: { ...properties, items: { type: 'array', items: ref(name) }, idempotency },
  };
}

export const LIST_SCHEMAS = {
  ListedExecution: schemaComponent(ListedExecution),
  IdempotencyState: schemaComponent(IdempotencyState),
  ViewsRebuild: schemaComponent(ViewsRebuild),
  ViewsStatus: schemaComponent(ViewsStatus),
  ExecutionList: listSchema('ListedExecution'),
  AuditEventList: listSchema('AuditEvent'),
  CatalogueList: listSchema('CatalogueVersion'),
};
