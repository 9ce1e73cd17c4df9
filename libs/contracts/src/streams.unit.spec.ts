import { TenantName } from './names.js';
import {
  ACTION_STREAM_PREFIX,
  accessStream,
  accessStreamPrefix,
  actionStream,
  effectKey,
  executionId,
  PRODUCT_STREAM_PREFIXES,
  parseActionStream,
  parseExecutionId,
  publicPosition,
  registryStream,
  type ScopeHash,
  tenantStream,
} from './streams.js';

const scope = '0123456789abcdef0123456789abcdef' as ScopeHash;
const tenants = ['default', 'acme-eu', 'a', '0', 'action-a'].map((name) => TenantName.parse(name));

describe("the name of an execution's stream", () => {
  it.each(tenants)('of tenant %s can be taken apart again', (tenant) => {
    expect(parseActionStream(actionStream(tenant, scope))).toStrictEqual({ tenant, scope });
    expect(actionStream(tenant, scope).startsWith(ACTION_STREAM_PREFIX)).toBe(true);
  });

  it.each([
    '',
    'action-',
    `action-.${scope}`,
    `action-Acme.${scope}`,
    `action-a-.${scope}`,
    `action-a.b.${scope}`,
    `action-a.${scope}0`,
    `action-a.${scope.slice(1)}`,
    `action-a.${scope.toUpperCase()}`,
    `action-a.${scope}\n`,
    ` action-a.${scope}`,
    `xaction-a.${scope}`,
    `tenant-a`,
    `access-a.${scope}`,
    `$$action-a.${scope}`,
  ])('is not %j', (stream) => {
    expect(parseActionStream(stream)).toBeNull();
  });
});

describe('an execution id', () => {
  it.each([1, 2, 10, 999_999_999])('of generation %i can be taken apart again', (generation) => {
    expect(parseExecutionId(executionId(scope, generation))).toStrictEqual({ scope, generation });
  });

  it.each([
    '',
    'exe_',
    `exe_${scope}`,
    `exe_${scope}-`,
    `exe_${scope}-0`,
    `exe_${scope}-01`,
    `exe_${scope}--1`,
    `exe_${scope}-1.0`,
    `exe_${scope}-1e3`,
    `exe_${scope}-1000000000`,
    `exe_${scope}-1\n`,
    `exe_${scope.toUpperCase()}-1`,
    `exe_${scope.slice(1)}-1`,
    `exe-${scope}-1`,
    `${scope}-1`,
  ])('is not %j', (text) => {
    expect(parseExecutionId(text)).toBeNull();
  });

  it('and stream and effect key are what they have always been', () => {
    const [tenant] = tenants;
    if (!tenant) throw new Error('no tenant');
    expect([
      executionId(scope, 3),
      effectKey(scope, 2),
      actionStream(tenant, scope),
      accessStream(tenant, 'default-k1'),
      tenantStream(tenant),
      publicPosition('log1', 17n),
    ]).toStrictEqual([
      'exe_0123456789abcdef0123456789abcdef-3',
      '0123456789abcdef0123456789abcdef-2',
      'action-default.0123456789abcdef0123456789abcdef',
      'access-default.default-k1',
      'tenant-default',
      'log1-17',
    ]);
  });
});

describe('every stream name', () => {
  it.each(tenants)('of tenant %s is safe in any store, subject, URL or file name', (tenant) => {
    const names = [
      actionStream(tenant, scope),
      accessStream(tenant, `${tenant}-a1b2c3d4e5f6`),
      tenantStream(tenant),
    ];
    for (const name of names) expect(name).toMatch(/^[A-Za-z0-9_.-]{1,200}$/);
    expect(accessStream(tenant, 'x').startsWith(accessStreamPrefix(tenant))).toBe(true);
  });

  it("of one tenant's keys is not found under the prefix of another", () => {
    for (const a of tenants)
      for (const b of tenants) expect(accessStream(a, 'x').startsWith(accessStreamPrefix(b))).toBe(a === b);
  });
});

it.each([
  actionStream(TenantName.parse('default'), scope),
  accessStream(TenantName.parse('default'), 'key'),
  tenantStream(TenantName.parse('default')),
  registryStream(TenantName.parse('default'), 'send-mail'),
])('%s is a stream of the product, and its metadata stream is not', (stream) => {
  const isOfTheProduct = (name: string) => PRODUCT_STREAM_PREFIXES.some((prefix) => name.startsWith(prefix));
  expect(isOfTheProduct(stream)).toBe(true);
  expect(isOfTheProduct(`$$${stream}`)).toBe(false);
});
