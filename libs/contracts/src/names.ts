import { z } from 'zod';

/** Lower-case words joined by single hyphens: safe in subjects, stream names, URLs and file names alike. */
const NAME = /^[a-z0-9]+(-[a-z0-9]+)*$/;

export const ActionName = z
  .string()
  .max(64)
  .regex(NAME, 'lower-case words joined by hyphens, such as send-invoice')
  .brand<'ActionName'>();
export type ActionName = z.infer<typeof ActionName>;

/** What to tell somebody whose name of an action is none: the rule, and the name that was perhaps meant. */
export function correctActionName(name: string): string {
  const meant = ActionName.safeParse(
    name
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-|-$/g, ''),
  );
  const perhaps = meant.success ? `; perhaps ${meant.data} was meant` : '';
  return `Action names are lower-case words joined by hyphens${perhaps}.`;
}

export const TenantName = z
  .string()
  .max(64)
  .regex(NAME, 'lower-case words joined by hyphens, such as acme-eu')
  .brand<'TenantName'>();
export type TenantName = z.infer<typeof TenantName>;
