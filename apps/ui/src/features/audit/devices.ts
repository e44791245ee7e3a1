/** An audit device, as far as it is shown. */
export interface Device {
  readonly path: string;
  readonly type: string;
  readonly description: string;
  /** On this cluster alone. */
  readonly local: boolean;
  readonly options: readonly (readonly [name: string, value: string])[];
}

/** What `sys/audit/<path>` is sent. */
export interface DeviceOrder {
  readonly type: 'file';
  readonly description?: string;
  readonly local: boolean;
  readonly options: Readonly<Record<string, string>>;
}

/** As it stands in the form. */
export interface DeviceForm {
  readonly filePath: string;
  readonly description: string;
  readonly local: boolean;
  readonly mode: string;
  readonly prefix: string;
  readonly raw: boolean;
  readonly hashAccessors: boolean;
  readonly elideLists: boolean;
}

export const NEW_DEVICE: DeviceForm = {
  filePath: '',
  description: '',
  local: false,
  mode: '',
  prefix: '',
  raw: false,
  hashAccessors: true,
  elideLists: false,
};

/** @param answer of `sys/audit`: devices by their paths. */
export const devicesIn = (answer: unknown): Device[] =>
  membersOf(answer).map(([path, told]) => {
    const { type, description, local, options } = (told ?? {}) as Record<string, unknown>;
    return {
      path,
      type: textOf(type),
      description: textOf(description),
      local: local === true,
      options: membersOf(options).map(([name, value]) => [name, textOf(value)] as const),
    };
  });

/** Request headers that are logged. @param answer of `sys/config/auditing/request-headers`. */
export const headersIn = (answer: unknown): { readonly name: string; readonly hashed: boolean }[] =>
  membersOf((answer as { headers?: unknown } | undefined)?.headers).map(([name, told]) => ({
    name,
    hashed: (told as { hmac?: unknown } | null)?.hmac === true,
  }));

/** What differs from the server's own choice is sent, no more. */
export function orderOf(form: DeviceForm): DeviceOrder {
  const options = {
    file_path: form.filePath.trim(),
    mode: form.mode.trim(),
    prefix: form.prefix,
    log_raw: form.raw ? 'true' : '',
    hmac_accessor: form.hashAccessors ? '' : 'false',
    elide_list_responses: form.elideLists ? 'true' : '',
  };
  return {
    type: 'file',
    ...(form.description !== '' && { description: form.description }),
    local: form.local,
    options: Object.fromEntries(Object.entries(options).filter(([, value]) => value !== '')),
  };
}

const membersOf = (value: unknown): [string, unknown][] =>
  typeof value === 'object' && value !== null ? Object.entries(value) : [];

const textOf = (value: unknown): string =>
  value === undefined || value === null ? '' : typeof value === 'string' ? value : JSON.stringify(value);
