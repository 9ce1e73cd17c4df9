import { createHash, randomBytes } from 'node:crypto';
import { API_KEY_BYTES, composeApiKey, TenantName } from '@action-do/contracts';
import { InvalidArgumentError } from 'commander';
import { z } from 'zod';
import type { AddCommand } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { fieldLines } from '../output/fields.js';

const BootstrapOptions = z.object({ tenant: TenantName.default(TenantName.parse('default')) });

function tenantName(value: string): TenantName {
  const tenant = TenantName.safeParse(value);
  if (tenant.success) return tenant.data;
  throw new InvalidArgumentError('Write lower-case words joined by hyphens, such as acme-eu.');
}

export const addKeysCommands: AddCommand = (parent, running) => {
  const keys = parent.command('keys').description('API keys');

  keys
    .command('bootstrap')
    .description(
      'make the first API key of a platform of services, and what its executors are told of it; asks nobody',
    )
    .option('--tenant <name>', 'whose key it is (default "default")', tenantName)
    .action(
      running(async (context, _args, options) => {
        const { tenant } = BootstrapOptions.parse(options);
        const { key, keyId } = composeApiKey(tenant, randomBytes(API_KEY_BYTES));
        const rootKeyDigest = `${keyId}:${createHash('sha256').update(key).digest('hex')}`;
        const made = { key, keyId, tenant, rootKeyDigest };
        await context.writeOne(made, keyId, () =>
          fieldLines(
            [
              ['API key', key],
              ['DO_ROOT_KEY_DIGEST', rootKeyDigest],
            ],
            context.paint.dim,
          ),
        );
        await context.note(
          'The key is shown once: keep it for callers. Executors get the digest, which opens nothing, as DO_ROOT_KEY_DIGEST.',
        );
        return EXIT.ok;
      }),
    );
};
