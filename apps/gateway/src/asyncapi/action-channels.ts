import { ExecuteBody, Execution } from '@action-do/contracts';
import { operationIdOf } from '../openapi/action-operations.js';
import { actionSchemas, componentName } from '../openapi/action-schemas.js';
import type { OfferedVersion, OfferedVersions } from '../openapi/fitting-versions.js';
import { schemaComponent } from '../openapi/schema-component.js';
import { type AsyncApiDocument, exchanged } from './asyncapi-document.js';
import { type Exchange, executeExchange, runExchange } from './bus-exchanges.js';
import { outcomeOf } from './bus-schemas.js';

/**
 * Without it a schema is read as AsyncAPI's own kind, of an older draft: what is registered would then mean something
 * else, or make the document invalid. All that such a schema refers to has to be of the same kind.
 */
const KIND = 'application/schema+json;version=draft-2020-12';
const ofKind = (schema: unknown) => ({ schemaFormat: KIND, schema });
const place = (component: string): string => `#/components/schemas/${component}/schema`;
const ref = (component: string) => ({ $ref: place(component) });

/** Of the platform's own schema once more, of that kind; no action has an upper case letter. */
const EXECUTION = 'Execution.ofAction';

/**
 * The document with the channels of each of these actions: the one on which it is executed, and of those that are
 * performed on the bus the one on which that is asked for, with the action's own schemas.
 */
export function withActionChannels(
  document: AsyncApiDocument,
  { versions, complete }: OfferedVersions,
): AsyncApiDocument {
  const { info, components } = document;
  const { channels, operations } = exchanged(Object.fromEntries(versions.flatMap(exchangesOf)));
  const schemas = versions.flatMap((version) => Object.entries(schemasOf(version)));
  return {
    ...document,
    info: { ...info, description: `${info.description} ${complete ? COMPLETE : INCOMPLETE}` },
    channels: { ...document.channels, ...channels },
    operations: { ...document.operations, ...operations },
    components: {
      ...components,
      schemas: {
        ...components.schemas,
        [EXECUTION]: ofKind(schemaComponent(Execution)),
        ...Object.fromEntries(schemas.map(([name, schema]) => [name, ofKind(schema)])),
      },
    },
  };
}

const COMPLETE = 'With the channels of each action that is offered.';
const INCOMPLETE =
  'With the channels of each of the first actions that are offered, by name: there are more than this document takes. The others have those of {action}; do.v1.qry.{tenant}.action.list lists them.';

function exchangesOf(one: OfferedVersion): [string, Exchange][] {
  const { name, version, target, policy } = one;
  const id = operationIdOf(name);
  const part = (what: string) => componentName(one, what);
  const execute = executeExchange(name, policy.idempotency, part('call'), part('outcome'));
  if (target !== 'bus') return [[id, execute]];
  return [
    [id, execute],
    [id.replace(/^execute/, 'run'), runExchange(name, version, part('params'), part('result'))],
  ];
}

function schemasOf(version: OfferedVersion): Record<string, unknown> {
  const part = (what: string) => componentName(version, what);
  const { properties, ...call } = { properties: {}, ...schemaComponent(ExecuteBody) };
  return {
    ...actionSchemas(version, place),
    [part('call')]: { ...call, properties: { ...properties, params: ref(part('params')) } },
    [part('outcome')]: outcomeOf(ref(part('result')), ref(EXECUTION)),
  };
}
