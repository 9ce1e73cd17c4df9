import { EXECUTOR_VARIABLES } from '@action-do/executor';
import { GATEWAY_VARIABLES } from '@action-do/gateway';
import { PROJECTOR_VARIABLES } from '@action-do/projector';

interface Variable {
  readonly schema: { safeParse(value: unknown): { readonly success: boolean } };
}

/** What each service reads from its environment, as its code has it. */
export const SERVICES: Readonly<Record<string, Readonly<Record<string, Variable>>>> = {
  gateway: GATEWAY_VARIABLES,
  executor: EXECUTOR_VARIABLES,
  projector: PROJECTOR_VARIABLES,
};

/** Those without which the service does not start. */
export const requiredOf = (service: string): string[] =>
  Object.entries(SERVICES[service] ?? {})
    .filter(([, { schema }]) => !schema.safeParse(undefined).success)
    .map(([name]) => name);

/** What is wrong with an environment for a service, in words; values that only the operator knows are left out. */
export function faultsOf(
  service: string,
  env: Readonly<Record<string, string>>,
  unknown: readonly string[],
): string[] {
  const variables = SERVICES[service] ?? {};
  const names = [...Object.keys(env), ...unknown];
  return [
    ...names.filter((name) => !(name in variables)).map((name) => `${service} reads no ${name}`),
    ...requiredOf(service)
      .filter((name) => !names.includes(name))
      .map((name) => `${service} needs ${name}`),
    ...Object.entries(env)
      .filter(([name, value]) => variables[name]?.schema.safeParse(value).success === false)
      .map(([name, value]) => `${service} refuses ${name}=${value}`),
  ];
}
