import { createHash, randomBytes } from 'node:crypto';
import { API_KEY_BYTES, composeApiKey, TenantName } from '@action-do/contracts';
import { z } from 'zod';
import { usageFailure } from '../cli-failure.js';
import type { AddCommand } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { fieldLines } from '../output/fields.js';

const Options = z.object({ tenant: z.string().default('default') });

export const addKeysCommands: AddCommand = (parent, running) => {
  const keys = parent.command('keys').description('API keys');

  keys
    .command('bootstrap')
    .description('make the first API key of a platform that has none; asks nobody and keeps nothing')
    .option('--tenant <name>', 'whose key it is (default: default)')
    .action(
      running(async (context, _args, options) => {
        const tenant = TenantName.safeParse(Options.parse(options).tenant);
        if (!tenant.success)
          throw usageFailure(
            '--tenant is not the name of a tenant.',
            'Write lower-case words joined by hyphens, such as acme-eu.',
          );
        const { key, keyId } = composeApiKey(tenant.data, randomBytes(API_KEY_BYTES));
        const digest = `${keyId}:${createHash('sha256').update(key).digest('hex')}`;
        await context.writeOne({ key, keyId, digest }, keyId, () =>
          fieldLines(
            [
              ['key', key],
              ['digest', digest],
            ],
            context.paint.dim,
          ),
        );
        await context.note(
          'Keep the key: it is shown once. Give the digest to the executors as DO_ROOT_KEY_DIGEST.',
        );
        return EXIT.ok;
      }),
    );
};
