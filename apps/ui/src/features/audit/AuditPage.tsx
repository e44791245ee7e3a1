import { PlusIcon } from '@primer/octicons-react';
import { type ReactNode, useState } from 'react';
import type { Envelope } from '../../api/send';
import { useStatus } from '../../cluster/queries';
import { useMay } from '../../session/may';
import { useRead } from '../../session/read';
import { AsCommand } from '../../ui/AsCommand';
import { Badges } from '../../ui/Badge';
import { Button } from '../../ui/Button';
import { ButtonLink } from '../../ui/ButtonLink';
import { Card } from '../../ui/Card';
import { Loaded } from '../../ui/Loaded';
import { PageHead } from '../../ui/PageHead';
import { Table } from '../../ui/Table';
import { devicePath, hashPath, LIST_DEVICES } from './calls';
import { type Device, devicesIn } from './devices';
import { DisableDialog } from './DisableDialog';
import { HashDialog } from './HashDialog';
import { HeadersCard } from './HeadersCard';

export function AuditPage() {
  const read = useRead<Envelope<unknown>>(LIST_DEVICES);
  const [open, setOpen] = useState<ReactNode>(null);
  const close = (): void => setOpen(null);
  return (
    <>
      <PageHead title="Audit devices" note="Each request and its answer go on record here, with what is secret hashed.">
        <AsCommand request={LIST_DEVICES} />
        {/* Always: which names the token may take is not known before one is given. */}
        <ButtonLink to="/vault/audit/enable" kind="primary" icon={<PlusIcon />}>
          Enable a device
        </ButtonLink>
      </PageHead>
      <Card title="Devices">
        <Loaded of={read}>
          {({ data }) => {
            const devices = devicesIn(data);
            if (devices.length === 0) return <p>{NONE}</p>;
            return (
              <DeviceTable
                devices={devices}
                onHash={({ path }) => setOpen(<HashDialog path={path} onClose={close} />)}
                onDisable={(device, isLast) =>
                  setOpen(<DisableDialog path={device.path} isLast={isLast} onClose={close} />)
                }
              />
            );
          }}
        </Loaded>
      </Card>
      <HeadersCard />
      {open}
    </>
  );
}

const NONE = 'There is none: nobody can tell later who asked this cluster for what, and what it answered.';

interface DeviceActs {
  readonly onHash: (device: Device) => void;
  readonly onDisable: (device: Device, isLast: boolean) => void;
}

function DeviceTable({ devices, ...acts }: DeviceActs & { readonly devices: readonly Device[] }) {
  const may = useMay(...devices.flatMap(({ path }) => [devicePath(path), hashPath(path)]));
  const mayChange = ({ path }: Device): boolean => may(devicePath(path), 'sudo');
  const mayHash = ({ path }: Device): boolean => may(hashPath(path), 'update');
  const hasActions = devices.some((device) => mayHash(device) || mayChange(device));
  return (
    <Table
      caption="Audit devices"
      columns={['Path', 'Type', 'Description', 'Options', ...(hasActions ? ['Actions'] : [])]}
    >
      {devices.map((device) => (
        <tr key={device.path}>
          <th scope="row">
            {device.path} <Badges words={[device.local ? 'local' : 'replicated']} />
          </th>
          <td>{device.type}</td>
          <td>{device.description}</td>
          <td>
            <Options of={device} />
          </td>
          {hasActions && (
            <td>
              <DeviceActions
                device={device}
                isLast={devices.length === 1}
                mayChange={mayChange(device)}
                mayHash={mayHash(device)}
                {...acts}
              />
            </td>
          )}
        </tr>
      ))}
    </Table>
  );
}

interface DeviceActionsProps extends DeviceActs {
  readonly device: Device;
  readonly mayChange: boolean;
  readonly mayHash: boolean;
  readonly isLast: boolean;
}

function DeviceActions({ device, isLast, mayChange, mayHash, onHash, onDisable }: DeviceActionsProps) {
  const isSecondary = useStatus().replication?.mode === 'secondary';
  const isThePrimarys = isSecondary && !device.local;
  return (
    <>
      {mayHash && (
        <Button aria-label={`Compute hash with ${device.path}…`} onClick={() => onHash(device)}>
          Compute hash…
        </Button>
      )}{' '}
      {mayChange && isThePrimarys && 'Disabled on the primary'}
      {mayChange && !isThePrimarys && (
        <Button kind="danger" aria-label={`Disable ${device.path}…`} onClick={() => onDisable(device, isLast)}>
          Disable…
        </Button>
      )}
    </>
  );
}

const Options = ({ of: { options } }: { readonly of: Device }) => (
  <ul>
    {options.map(([name, value]) => (
      <li key={name}>
        <code>
          {name}={value}
        </code>
      </li>
    ))}
  </ul>
);
