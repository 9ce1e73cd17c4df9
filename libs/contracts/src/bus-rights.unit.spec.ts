import { busRights, forbiddenTo } from './bus-rights.js';
import { TenantName } from './names.js';

const ACME = TenantName.parse('acme');
const roles = [
  busRights.gateway,
  busRights.executor,
  busRights.projector,
  busRights.standalone,
  busRights.worker(ACME),
  busRights.client(ACME),
];
const named = (deeds: readonly { deed: string; subject: string }[]): string[] =>
  deeds.map(({ deed, subject }) => `${deed} ${subject}`);

describe('the rights of a role on the bus', () => {
  it.each(roles)(
    'of $role are allow-lists without a wildcard over everything, and an inbox of its own',
    (role) => {
      for (const subject of [...role.publish, ...role.subscribe]) {
        expect(subject).toMatch(/^(do\.v1\.[a-z]+\.|_INBOX\.)/);
        expect(subject).not.toMatch(/^do\.v1\.(>|\*)|^_INBOX\.>/);
      }
      expect(role.subscribe.filter((subject) => subject.startsWith('_INBOX'))).toEqual([`${role.inbox}.>`]);
    },
  );

  it('of a tenant name that tenant in every subject', () => {
    for (const { publish, subscribe } of [busRights.worker(ACME), busRights.client(ACME)])
      for (const subject of [...publish, ...subscribe]) expect(subject).toContain('acme');
  });

  it('let only the gateway speak as a gateway', () => {
    const others = roles.filter(({ role }) => role !== 'gateway' && role !== 'standalone');
    expect(others.flatMap(({ publish }) => publish).filter((subject) => subject.includes('.gw.'))).toEqual(
      [],
    );
  });
});

describe('what a role may not do', () => {
  it.each([
    ['a gateway', busRights.gateway, 'subscribe do.v1.handler.acme.ACL-PROBE.ACL-PROBE.run'],
    ['a gateway', busRights.gateway, 'subscribe do.v1.gw.acme.action.ACL-PROBE.execute'],
    ['an executor', busRights.executor, 'publish do.v1.gw.acme.action.ACL-PROBE.execute'],
    ['an executor', busRights.executor, 'subscribe _INBOX.gateway.ACL-PROBE'],
    ['a projector', busRights.projector, 'publish do.v1.handler.acme.ACL-PROBE.ACL-PROBE.run'],
    ['a worker', busRights.worker(ACME), 'subscribe do.v1.handler.acl-probe.ACL-PROBE.ACL-PROBE.run'],
    ['a worker', busRights.worker(ACME), 'publish do.v1.sys.access.lookup'],
    ['a client', busRights.client(ACME), 'publish do.v1.gw.acme.action.ACL-PROBE.execute'],
    ['a client', busRights.client(ACME), 'publish do.v1.cmd.acl-probe.ACL-PROBE'],
    ['a client', busRights.client(ACME), 'subscribe do.v1.ctl.acme.ACL-PROBE.abort'],
  ])('%s: %s', (_who, role, deed) => {
    expect(named(forbiddenTo(role, ACME))).toContain(deed);
  });

  it.each(roles)('of $role has nothing that it may, nothing twice, and no wildcard', (role) => {
    const deeds = forbiddenTo(role, ACME);
    expect(new Set(named(deeds)).size).toBe(deeds.length);
    for (const { deed, subject } of deeds) {
      expect(subject).toMatch(/^[A-Za-z0-9_.-]+$/);
      expect(role[deed]).not.toContain(subject);
    }
    expect(named(forbiddenTo(busRights.standalone, ACME))).not.toContain('publish do.v1.sys.access.lookup');
  });
});
