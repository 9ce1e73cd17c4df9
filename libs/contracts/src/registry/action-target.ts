import { z } from 'zod';

/** Where the attempts of a version are performed: in executors, by whoever answers on the bus, or by an HTTP service. */
export const ActionTarget = z.enum(['in-process', 'bus', 'http']);
export type ActionTarget = z.infer<typeof ActionTarget>;

const Url = z.url({ protocol: /^https?$/, error: 'must be an absolute http or https URL' }).max(2_048);

/** An HTTP service, as it is recorded: what signs the requests to it is under the deployment's master key. */
export const HttpTarget = z.object({ url: Url, secretWrapped: z.string() });
export type HttpTarget = z.infer<typeof HttpTarget>;

/** Where whoever registers says that attempts are performed. The secret is `whsec_` and base64, as Standard Webhooks has it. */
export const GivenTarget = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('bus'),
    /** Whether the service answers `ask` as well, as our workers do: then a dead one is found out in two leases. */
    answersAsk: z.boolean().default(false),
  }),
  z.strictObject({
    kind: z.literal('http'),
    url: Url,
    secret: z
      .string()
      .regex(/^whsec_[A-Za-z0-9+/]{32,88}={0,2}$/, 'must be whsec_ and 24 to 64 bytes in base64'),
  }),
]);
export type GivenTarget = z.infer<typeof GivenTarget>;
