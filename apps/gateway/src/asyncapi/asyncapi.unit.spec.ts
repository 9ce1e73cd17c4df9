import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { HEADERS, handlerPatterns, queryPatterns, subjectPatterns } from '@action-do/contracts';
import { Ajv } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { TREE, version } from '../testing/offered-version.contract.js';
import { withActionChannels } from './action-channels.js';
import { asyncApiDocument } from './asyncapi-document.js';

const document = JSON.parse(JSON.stringify(asyncApiDocument()));

interface Channel {
  readonly address: string | null;
  readonly parameters?: object;
  readonly messages: Record<
    string,
    { headers: { properties: object; required?: string[] }; payload: { $ref: string } }
  >;
}
const channels: [string, Channel][] = Object.entries(document.channels);
const addresses = channels.flatMap(([, { address }]) => address ?? []);

function* refsIn(value: unknown): Generator<string> {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, member] of Object.entries(value))
    if (key === '$ref' && typeof member === 'string') yield member;
    else yield* refsIn(member);
}

const targetOf = (ref: string, whole: unknown): unknown =>
  ref
    .slice(2)
    .split('/')
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<unknown>((at, name) => (at as Record<string, unknown> | undefined)?.[name], whole);

const path = createRequire(import.meta.url).resolve('@asyncapi/specs/schemas/3.0.0-without-$id.json');
const validate = new Ajv({ strict: false, validateFormats: false }).compile(
  JSON.parse(readFileSync(path, 'utf8')),
);

describe('the AsyncAPI document', () => {
  it('is valid by the schema that the AsyncAPI initiative publishes', () => {
    expect([validate(document), validate.errors]).toEqual([true, null]);
    expect(validate({ ...document, operations: { x: { action: 'shout' } } })).toBe(false);
  });

  it('refers only to what is in it', () => {
    const refs = [...refsIn(document)];
    for (const one of refs) expect([one, typeof targetOf(one, document)]).toEqual([one, 'object']);
    expect(refs.length).toBeGreaterThan(80);
  });

  it('has every subject on which clients are heard and whoever performs is asked, and no other', () => {
    const open = Object.values({ ...subjectPatterns, ...queryPatterns }).filter((subject) =>
      /^do\.v1\.(cmd|qry)\./.test(subject),
    );
    const handlers = Object.values(handlerPatterns('*'));
    const patterns = addresses.map((address) => address.replace(/v?\{\w+\}/g, '*'));
    expect([...patterns].sort()).toEqual([...open, ...handlers, subjectPatterns.heartbeat].sort());
    expect(addresses).toContain('do.v1.handler.{tenant}.{action}.v{version}.run');
    expect(addresses).toContain('do.v1.cmd.{tenant}.action.{action}.execute');
  });

  it('says of each part of a subject what it is', () => {
    for (const [name, { address, parameters = {} }] of channels)
      expect([name, Object.keys(parameters)]).toEqual([
        name,
        [...(address ?? '').matchAll(/\{(\w+)\}/g)].map(([, hole]) => hole),
      ]);
  });

  it('wants a key wherever a client asks, and says of an error what tells it', () => {
    for (const [name, { address, messages }] of channels) {
      const { required = [] } = { ...messages['request']?.headers };
      const asks = /^do\.v1\.(cmd|qry)\./.test(address ?? '');
      expect([name, required.includes(HEADERS.authorization)]).toEqual([name, asks]);
      for (const kind of ['problem', 'failure'])
        if (messages[kind] !== undefined)
          expect(messages[kind].headers.required).toEqual([HEADERS.errorCode]);
    }
  });
});

describe('an action in the AsyncAPI document', () => {
  const { policy } = version('a');
  const idempotency = { ...policy.idempotency, mode: 'key-required', perVersion: true } as const;
  // By AsyncAPI's own kind of schema invalid, by that of JSON Schema 2020-12 any word.
  const foreign = { ...TREE, dependencies: 5, externalDocs: 'none' };
  const whole = withActionChannels(asyncApiDocument(), {
    versions: [
      version('tree', { version: 3, paramsJsonSchema: TREE, policy: { ...policy, idempotency } }),
      version('send', { target: 'http' }),
      version('send-reply', { target: 'in-process', resultJsonSchema: foreign }),
    ],
    complete: true,
  });
  const { channels: own, operations } = JSON.parse(JSON.stringify(whole));

  it('leaves it valid, and refers only to what is in it', () => {
    expect([validate(JSON.parse(JSON.stringify(whole))), validate.errors]).toEqual([true, null]);
    for (const one of refsIn(whole)) expect([one, typeof targetOf(one, whole)]).toEqual([one, 'object']);
  });

  it('has the channel on which it is executed, and where the bus performs it the one on which it is run', () => {
    const before = Object.keys(asyncApiDocument().operations);
    expect(
      Object.keys(operations)
        .filter((name) => !before.includes(name))
        .map((name) => [name, operations[name].action, own[name].address]),
    ).toEqual([
      ['executeTree', 'send', 'do.v1.cmd.{tenant}.action.tree.execute'],
      ['runTree', 'receive', 'do.v1.handler.{tenant}.tree.v3.run'],
      ['executeSend', 'send', 'do.v1.cmd.{tenant}.action.send.execute'],
      ['executeSendReply', 'send', 'do.v1.cmd.{tenant}.action.send-reply.execute'],
    ]);
    expect(Object.keys(operations)).toEqual(expect.arrayContaining(before));
    expect(Object.keys(own.runTree.parameters)).toEqual(['tenant']);
  });

  it('wants in its headers what its policy wants', () => {
    const requiredOf = (name: string) => own[name].messages.request.headers.required;
    expect(requiredOf('executeTree')).toEqual([
      HEADERS.authorization,
      HEADERS.idempotencyKey,
      HEADERS.actionVersion,
    ]);
    expect(requiredOf('executeSend')).toEqual([HEADERS.authorization]);
  });

  it('has its own schemas, of the kind that it was registered with', () => {
    const ajv = new Ajv2020({ strict: false, validateFormats: false, validateSchema: false });
    ajv.addSchema({ $id: 'https://doc.example/', ...whole });
    const takes = (message: { payload: { $ref: string } }, value: unknown) =>
      ajv.validate({ $ref: `https://doc.example/${message.payload.$ref}/schema` }, value);
    const [call, { answer }] = [own.executeTree.messages.request, own['executeTree.reply'].messages];
    const params = { root: { leaf: true } };
    expect([{ params }, { params: { root: { leaf: 1 } } }, {}].map((body) => takes(call, body))).toEqual([
      true,
      false,
      false,
    ]);
    expect([params, { root: { leaf: 1 } }].map((body) => takes(own.runTree.messages.request, body))).toEqual([
      true,
      false,
    ]);
    expect(['a', 1].map((body) => takes(own['runTree.reply'].messages.answer, body))).toEqual([true, false]);
    expect(takes(answer, { result: 'a' })).toBe(false);
    expect(targetOf(answer.payload.$ref, whole)).toMatchObject({
      schemaFormat: 'application/schema+json;version=draft-2020-12',
      schema: { properties: { result: { $ref: '#/components/schemas/tree.result/schema' } } },
    });
  });
});
