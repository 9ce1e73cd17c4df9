import { z } from 'zod';

/** Lower-case words joined by single hyphens: safe in subjects, stream names, URLs and file names alike. */
const NAME = /^[a-z0-9]+(-[a-z0-9]+)*$/;

export const ActionName = z
  .string()
  .max(64)
  .regex(NAME, 'lower-case words joined by hyphens, such as send-invoice')
  .brand<'ActionName'>();
export type ActionName = z.infer<typeof ActionName>;

export const TenantName = z
  .string()
  .max(64)
  .regex(NAME, 'lower-case words joined by hyphens, such as acme-eu')
  .brand<'TenantName'>();
export type TenantName = z.infer<typeof TenantName>;
