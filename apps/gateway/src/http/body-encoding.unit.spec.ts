import { GatewayOverStub } from '../testing/gateway-over-stub.contract.js';

let gateway: GatewayOverStub;
beforeAll(async () => {
  gateway = await GatewayOverStub.start();
});
afterAll(() => gateway.close());

describe('a body', () => {
  it.each<[Record<string, string>, RegExp]>([
    [{ 'content-encoding': 'gzip' }, /Content-Encoding "gzip"/],
    [{ 'content-encoding': 'BR' }, /Content-Encoding "BR"/],
    [{ 'content-encoding': 'identity, deflate' }, /Content-Encoding "deflate"/],
    [{ 'content-type': 'application/json; charset=utf-16' }, /charset "utf-16"/],
    [{ 'content-type': 'application/json;Charset="ISO-8859-1"' }, /charset "ISO-8859-1"/],
    [{ 'content-type': 'application/json; charset=utf-8; charset=latin1' }, /charset/],
  ])('in a foreign encoding is not executed: UNSUPPORTED_MEDIA_TYPE, %j', async (headers, detail) => {
    const asked = gateway.executor.asked.length;
    const { status, json } = await gateway.send({ headers });
    expect([status, json['code'], json['detail']]).toEqual([
      415,
      'UNSUPPORTED_MEDIA_TYPE',
      expect.stringMatching(detail),
    ]);
    expect(gateway.executor.asked).toHaveLength(asked);
  });

  it.each<Record<string, string>>([
    { 'content-encoding': 'identity' },
    { 'content-encoding': 'Identity' },
    { 'content-encoding': '' },
    { 'content-type': 'application/json; charset=utf-8' },
    { 'content-type': 'application/json;charset="UTF-8"' },
    { 'content-type': 'application/json; charset=utf8' },
    { 'content-type': 'application/json; profile=x' },
  ])('in UTF-8, said in any way, is executed: %j', async (headers) => {
    expect((await gateway.send({ headers })).status).toBe(200);
  });

  it('that is not there has no encoding', async () => {
    const { status } = await gateway.get('/health/live', { 'content-encoding': 'gzip' });
    expect(status).toBe(200);
  });
});
