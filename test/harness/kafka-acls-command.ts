import { type Admin, AclOperationTypes, AclPermissionTypes, AclResourceTypes, ResourcePatternTypes } from 'kafkajs';

const RESOURCES: Readonly<Record<string, AclResourceTypes>> = {
  '--topic': AclResourceTypes.TOPIC,
  '--group': AclResourceTypes.GROUP,
  '--transactional-id': AclResourceTypes.TRANSACTIONAL_ID,
  '--cluster': AclResourceTypes.CLUSTER,
};

/** Does what a call of `kafka-acls.sh` asks for, as an administrator would who has run it. Knows the flags that we print, and no other. */
export async function runAclsCommand(admin: Admin, command: string): Promise<void> {
  const [program, ...words] = wordsOf(command);
  if (program !== 'kafka-acls.sh') throw new Error(`not a call of kafka-acls.sh: ${command}`);
  const flags = flagsIn(words);
  const [kind] = Object.keys(RESOURCES).filter((flag) => flags.has(flag));
  const entries = (flags.get('--operation') ?? []).map((operation) => ({
    principal: only(flags, '--allow-principal'),
    host: '*',
    permissionType: AclPermissionTypes.ALLOW,
    resourceType: RESOURCES[kind as string] as AclResourceTypes,
    resourceName: kind === '--cluster' ? 'kafka-cluster' : only(flags, kind as string),
    resourcePatternType:
      flags.get('--resource-pattern-type')?.[0] === 'prefixed'
        ? ResourcePatternTypes.PREFIXED
        : ResourcePatternTypes.LITERAL,
    operation:
      AclOperationTypes[operation.replace(/(?<=[a-z])(?=[A-Z])/g, '_').toUpperCase() as keyof typeof AclOperationTypes],
  }));
  if (flags.has('--add')) await admin.createAcls({ acl: entries });
  else if (flags.has('--remove')) await admin.deleteAcls({ filters: entries });
  else throw new Error(`neither --add nor --remove: ${command}`);
}

/** As a shell splits them: single quotes, and `\` before a quote. */
const wordsOf = (command: string): string[] =>
  [...command.matchAll(/(?:'[^']*'|\\.|[^\s'\\])+/g)].map(([word]) =>
    word.replace(
      /'([^']*)'|\\(.)/g,
      (_, quoted: string | undefined, escaped: string | undefined) => quoted ?? escaped ?? '',
    ),
  );

function flagsIn(words: readonly string[]): Map<string, string[]> {
  const flags = new Map<string, string[]>();
  let flag = '';
  for (const word of words) {
    if (word.startsWith('--')) flags.set((flag = word), flags.get(word) ?? []);
    else flags.get(flag)?.push(word);
  }
  return flags;
}

function only(flags: ReadonlyMap<string, readonly string[]>, flag: string): string {
  const values = flags.get(flag) ?? [];
  if (values.length !== 1) throw new Error(`${flag} has ${values.length} values`);
  return values[0] as string;
}
