import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { get } from 'node:http';
import type { Socket } from 'node:net';
import type { CatalogueVersion, JsonObject } from '@action-do/contracts';
import { until } from '@action-do/test-support';
import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { withActionChannels } from '../asyncapi/action-channels.js';
import { asyncApiDocument } from '../asyncapi/asyncapi-document.js';
import { apiKey, GatewayOverStub, KEY } from '../testing/gateway-over-stub.contract.js';
import { TREE, version } from '../testing/offered-version.contract.js';
import { operationIdOf, withActions } from './action-operations.js';
import { ACTIONS_MAX, FittingVersions } from './fitting-versions.js';
import { DOCUMENTS_AT_ONCE_MAX, DOCUMENTS_WAITING_MAX } from './offered-actions.js';
import { openApiDocument } from './openapi-document.js';

/** Words that look like references and are none: validators trip over them. */
const TRICKY: JsonObject = {
  type: 'object',
  properties: { $ref: { type: 'string' }, word: { const: { $ref: '#/nowhere' } } },
  additionalProperties: false,
};

const taken = (versions: readonly CatalogueVersion[]) => {
  const fitting = new FittingVersions();
  for (const one of versions) fitting.add(one);
  return fitting.taken(true);
};
const documentOf = (...versions: CatalogueVersion[]) => withActions(openApiDocument(), taken(versions));
const contentOf = (name: string, document = documentOf(version(name))) => {
  const { post } = { post: undefined, ...document.paths[`/v1/actions/${name}/executions`] };
  return post as unknown;
};

/** A schema of the document, its references followed within the document. */
function checker(document: object, name: string): (value: unknown) => boolean {
  const ajv = new Ajv2020({ strict: false, validateFormats: false, validateSchema: false });
  ajv.addSchema({ $id: 'https://doc.example/', ...document });
  const check = ajv.compile({ $ref: `https://doc.example/#/components/schemas/${name}` });
  return (value) => check(value) === true;
}

describe('an action in the OpenAPI document', () => {
  const document = documentOf(version('send-invoice'), version('tree', { paramsJsonSchema: TREE }));

  it('is an operation of its own, and the document is valid with it as without', async () => {
    for (const one of [document, openApiDocument()]) {
      const validator = new Validator();
      expect(await validator.validate(JSON.parse(JSON.stringify(one)))).toEqual({ valid: true });
      expect(validator.version).toBe('3.1');
    }
    expect(contentOf('send-invoice', document)).toMatchObject({
      operationId: 'executeSendInvoice',
      description: 'What send-invoice does.',
      requestBody: {
        content: {
          'application/json': {
            schema: {
              required: ['params'],
              properties: { params: { $ref: '#/components/schemas/send-invoice.params' }, metadata: {} },
            },
          },
        },
      },
      responses: {
        '200': {
          content: {
            'application/json': {
              schema: { properties: { result: { $ref: '#/components/schemas/send-invoice.result' } } },
            },
          },
        },
        '202': {},
        '410': { description: expect.stringContaining('ACTION_RETIRED') },
      },
    });
  });

  it('has its own schemas, whose references stay true', () => {
    const params = checker(document, 'tree.params');
    expect(params({ root: { leaf: true, next: { leaf: false } }, same: 1, again: { size: 2 } })).toBe(true);
    const tricky = checker(documentOf(version('a', { paramsJsonSchema: TRICKY })), 'a.params');
    expect(tricky({ $ref: 'x', word: { $ref: '#/nowhere' } })).toBe(true);
    expect(tricky({ $ref: 1 })).toBe(false);
    for (const wrong of [
      { root: { leaf: 1 } },
      { same: 'a' },
      { again: { size: 'a' } },
      { root: { next: { x: 1 } } },
    ])
      expect([wrong, params(wrong)]).toEqual([wrong, false]);
    expect(checker(document, 'send-invoice.result')(1)).toBe(false);
  });

  it.each<[string, JsonObject]>([
    ['refers to elsewhere', { type: 'object', properties: { a: { $ref: 'https://example.org/x' } } }],
    ['refers to what is not there', { type: 'object', properties: { a: { $ref: '#/$defs/x' } } }],
    ['has an anchor', { type: 'object', properties: { a: { $anchor: 'x', type: 'string' } } }],
    ['has an id within', { type: 'object', properties: { a: { $id: 'x', type: 'string' } } }],
    ['refers to all its $defs', { properties: { a: { $ref: '#/$defs' } }, $defs: { x: {}, '': {} } }],
    ['has references in what is no keyword', { 'x-form': [{ of: { $ref: '#/$defs/x' } }], $defs: { x: {} } }],
    ['tells kinds apart by what is elsewhere', { discriminator: { mapping: { a: 'other.json' } } }],
  ])('says that its schema %s', async (_, paramsJsonSchema) => {
    const one = documentOf(version('a', { paramsJsonSchema }));
    expect(one.components.schemas['a.params']).toEqual({
      type: 'object',
      description: expect.stringContaining('refers beyond itself'),
    });
    expect(await new Validator().validate(JSON.parse(JSON.stringify(one)))).toEqual({ valid: true });
  });

  it('holds no reference that leads nowhere, wherever its schema has one', () => {
    const paramsJsonSchema = {
      type: 'object',
      dependencies: { a: { $ref: '#/$defs/x' }, b: ['a'] },
      discriminator: { propertyName: 'kind', mapping: { x: '#/$defs/x' } },
      oneOf: [{ $ref: '#/$defs/x' }],
      'x-form': { order: ['$ref'] },
      $defs: { x: { required: ['kind'] } },
    };
    const { schemas } = documentOf(version('a', { paramsJsonSchema })).components;
    const x = '#/components/schemas/a.params.0.x';
    expect(schemas['a.params']).toEqual({
      type: 'object',
      dependencies: { a: { $ref: x }, b: ['a'] },
      discriminator: { propertyName: 'kind', mapping: { x } },
      oneOf: [{ $ref: x }],
      'x-form': { order: ['$ref'] },
    });
    expect(schemas['a.params.0.x']).toEqual({ required: ['kind'] });
  });

  it.each(['key-required', 'params', 'none'] as const)(
    'of mode %s has a key that is required or not',
    (mode) => {
      const { policy } = version('a');
      const idempotency = { ...policy.idempotency, mode };
      expect(contentOf('a', documentOf(version('a', { policy: { ...policy, idempotency } })))).toMatchObject({
        parameters: expect.arrayContaining([
          expect.objectContaining({ name: 'Idempotency-Key', required: mode === 'key-required' }),
        ]),
      });
    },
  );

  it('is its newest version, and names it where each is work of its own', () => {
    const { policy } = version('a');
    const perVersion = { ...policy, idempotency: { ...policy.idempotency, perVersion: true } };
    const one = documentOf(version('a', { version: 2, policy: perVersion }), version('a'));
    expect(contentOf('a', one)).toMatchObject({
      parameters: expect.arrayContaining([
        expect.objectContaining({ name: 'version', required: true, schema: { type: 'integer', enum: [2] } }),
      ]),
    });
  });

  it('has an id that no other name has', () => {
    const names = ['action', 'a-1b', 'a1b', 'a1-b', 'ab', 'a-b', '1', '1-1', '11', 'execute-action'];
    const ids = [...names.map(operationIdOf), 'executeAction'];
    expect(new Set(ids).size).toBe(ids.length);
    expect(operationIdOf('send-welcome-email')).toBe('executeSendWelcomeEmail');
  });

  it('is left out where there are too many, and the document says so', () => {
    const many = Array.from({ length: ACTIONS_MAX + 1 }, (_, at) => version(`a${at}`));
    const paths = Object.keys(documentOf(...many).paths).length - Object.keys(openApiDocument().paths).length;
    expect([paths, documentOf(...many).info.description]).toEqual([
      ACTIONS_MAX,
      expect.stringMatching(/more than/),
    ]);
    const long = { type: 'object', description: 'x'.repeat(3_000_000) };
    const two = documentOf(
      version('a', { paramsJsonSchema: long }),
      version('b', { paramsJsonSchema: long }),
    );
    expect([contentOf('b', two), two.info.description]).toEqual([
      undefined,
      expect.stringMatching(/more than/),
    ]);
    expect(documentOf(version('a')).info.description).not.toMatch(/more than/);
  });
});

const channelsOf = (...versions: CatalogueVersion[]) =>
  withActionChannels(asyncApiDocument(), taken(versions));

describe.each([
  ['/v1/openapi.json', openApiDocument, documentOf],
  ['/v1/asyncapi.json', asyncApiDocument, channelsOf],
])('GET %s', (path, documentOfAll, documentWith) => {
  let gateway: GatewayOverStub;
  beforeEach(async () => {
    gateway = await GatewayOverStub.start();
  });
  afterEach(() => gateway.close());
  const asked = () =>
    gateway.executor.asked.map(({ subject, payload }) => [
      subject,
      JSON.parse(new TextDecoder().decode(payload)),
    ]);

  it('with a key lists what is offered to its tenant, page by page', async () => {
    gateway.executor.answer = ({ payload }) => {
      const first = !new TextDecoder().decode(payload).includes('cursor');
      const items = first ? [version('a', { version: 2 }), version('a')] : [version('b')];
      return {
        body: JSON.stringify({ items, nextCursor: first ? 'c1' : null, position: 'l-1', lagEvents: '0' }),
      };
    };
    const { status, json } = await gateway.get(path);
    expect([status, json]).toEqual([
      200,
      JSON.parse(JSON.stringify(documentWith(version('a', { version: 2 }), version('b')))),
    ]);
    const query = { status: ['offered'], limit: 100 };
    expect(asked()).toEqual([
      ['do.v1.gw.default.action.list', query],
      ['do.v1.gw.default.action.list', { ...query, cursor: 'c1' }],
    ]);
  });

  it('with a key asks for no page beyond what it takes', async () => {
    const long = { type: 'object', description: 'x'.repeat(240_000) };
    let pages = 0;
    gateway.executor.answer = () => {
      pages += 1;
      const items = [1, 2, 3].map((n) => version(`a-${pages}-${n}`, { paramsJsonSchema: long }));
      return { body: JSON.stringify({ items, nextCursor: `c${pages}`, position: 'l-1', lagEvents: '0' }) };
    };
    const { json } = await gateway.get(path);
    expect([pages, json['info']]).toMatchObject([6, { description: expect.stringMatching(/more than/) }]);
  });

  const emptyPage = { body: '{"items":[],"nextCursor":null,"position":"l-1","lagEvents":"0"}' };

  it('with a key is made for a few at a time: others wait, those beyond come again, and no tenant keeps another out', async () => {
    const key = apiKey('other-000000000001');
    gateway.executor.keys.set('other-000000000001', createHash('sha256').update(key).digest('hex'));
    const { asked: begun, answer } = gateway.executor.hold();
    const many = Array.from({ length: DOCUMENTS_AT_ONCE_MAX - 1 + DOCUMENTS_WAITING_MAX }, () =>
      gateway.get(path),
    );
    await begun;
    await until('as many as one may have are made', () => asked().length === DOCUMENTS_AT_ONCE_MAX - 1);
    const { status, json, headers } = await gateway.get(path);
    expect([status, json['code'], headers['retry-after']]).toEqual([503, 'UNAVAILABLE', '1']);
    expect((await gateway.get(path, { authorization: '' })).status).toBe(200);
    expect(asked()).toHaveLength(DOCUMENTS_AT_ONCE_MAX - 1);
    const others = gateway.get(path, { authorization: `Bearer ${key}` });
    await until('as many as may be are made', () => asked().length === DOCUMENTS_AT_ONCE_MAX);
    expect(asked().at(-1)?.[0]).toBe('do.v1.gw.other.action.list');
    gateway.executor.answer = () => emptyPage;
    answer(emptyPage);
    for (const one of await Promise.all([others, ...many])) expect(one.status).toBe(200);
  });

  it('with a key is not made for whoever hung up before it was his turn', async () => {
    const { answer } = gateway.executor.hold();
    const many = Array.from({ length: DOCUMENTS_AT_ONCE_MAX - 1 }, () => gateway.get(path));
    await until('as many as one may have are made', () => asked().length === DOCUMENTS_AT_ONCE_MAX - 1);
    const origin = await gateway.fastify.listen({ host: '127.0.0.1', port: 0 });
    const sockets: Socket[] = [];
    gateway.fastify.server.on('request', ({ socket }) => sockets.push(socket));
    const caller = get(`${origin}${path}`, { headers: { authorization: `Bearer ${KEY}` } });
    const gone = once(caller, 'error');
    await until('it is asked for', () => sockets.length === 1);
    caller.destroy();
    await gone;
    await until('that is seen', () => sockets.every(({ destroyed }) => destroyed));
    gateway.executor.answer = () => emptyPage;
    answer(emptyPage);
    for (const one of await Promise.all(many)) expect(one.status).toBe(200);
    expect((await gateway.get(path)).status).toBe(200);
    expect(asked()).toHaveLength(DOCUMENTS_AT_ONCE_MAX);
  });

  it('without one asks nobody, and with a wrong one is UNAUTHENTICATED', async () => {
    expect((await gateway.get(path, { authorization: '' })).json).toEqual(
      JSON.parse(JSON.stringify(documentOfAll())),
    );
    const { status, json } = await gateway.get(path, { authorization: 'Bearer do_live_x' });
    expect([status, json['code'], asked()]).toEqual([401, 'UNAUTHENTICATED', []]);
  });

  it('with one is UNAVAILABLE where the actions cannot be listed', async () => {
    gateway.executor.answer = () => ({ body: '{}', headers: { 'Nats-Service-Error-Code': '503' } });
    gateway.executor.leave();
    const { status, json } = await gateway.get(path);
    expect([status, json['code']]).toEqual([503, 'UNAVAILABLE']);
  });
});
