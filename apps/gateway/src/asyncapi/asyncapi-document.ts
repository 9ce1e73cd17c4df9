import { EXCHANGES, type Exchange, type Told } from './bus-exchanges.js';
import { BUS_SCHEMAS } from './bus-schemas.js';

const PARAMETERS: Readonly<Record<string, string>> = {
  tenant: 'The tenant of the key.',
  action: 'Name of the action: lower-case words joined by hyphens.',
  version: 'Version of the action, a whole number from 1.',
  execution: 'Id of the execution, exe_<hash>-<generation>.',
};

const ref = (...path: string[]) => ({ $ref: `#/${path.join('/')}` });

export interface AsyncApiDocument {
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly channels: Readonly<Record<string, object>>;
  readonly operations: Readonly<Record<string, object>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, unknown>>;
    readonly [member: string]: unknown;
  };
  readonly [member: string]: unknown;
}

/** The bus as AsyncAPI 3: what a client may ask, and what whoever performs an action is asked, JSON and headers. */
export function asyncApiDocument(): AsyncApiDocument {
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'action.do on the bus',
      version: '1.0.0',
      description:
        'Requests and replies on NATS, seen from a program that calls actions (send) or performs them (receive). Never over JetStream.',
    },
    defaultContentType: 'application/json',
    servers: {
      bus: {
        host: '{host}',
        protocol: 'nats',
        variables: { host: { default: '127.0.0.1:4222', description: 'Of DO_NATS_URL.' } },
      },
    },
    ...exchanged(EXCHANGES),
    components: { schemas: BUS_SCHEMAS },
  };
}

/** Channels and operations of these exchanges; each answer comes on an inbox, a channel without an address. */
export function exchanged(exchanges: Readonly<Record<string, Exchange>>) {
  const channels: Record<string, object> = {};
  const operations: Record<string, object> = {};
  for (const [name, { address, action, summary, request, answers }] of Object.entries(exchanges)) {
    channels[name] = {
      address,
      parameters: Object.fromEntries(
        [...address.matchAll(/\{(\w+)\}/g)].map(([, hole = '']) => [hole, { description: PARAMETERS[hole] }]),
      ),
      messages: { request: messageOf(`${name}Request`, request) },
    };
    const said = Object.keys(answers);
    // With a dot, which no name has: an action may be called send-reply.
    const inbox = `${name}.reply`;
    if (said.length > 0)
      channels[inbox] = {
        address: null,
        description: 'The inbox that the request names.',
        messages: Object.fromEntries(
          Object.entries(answers).map(([kind, told]) => [kind, messageOf(`${inbox}.${kind}`, told)]),
        ),
      };
    operations[name] = {
      action,
      summary,
      channel: ref('channels', name),
      messages: [ref('channels', name, 'messages', 'request')],
      ...(said.length === 0
        ? {}
        : {
            reply: {
              channel: ref('channels', inbox),
              messages: said.map((kind) => ref('channels', inbox, 'messages', kind)),
            },
          }),
    };
  }
  return { channels, operations };
}

const messageOf = (name: string, { headers, payload, summary }: Told) => ({
  name,
  summary,
  headers,
  payload: ref('components', 'schemas', payload),
});
