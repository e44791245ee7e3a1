import { TextField } from '../../ui/Field';

interface Ttls {
  readonly defaultLeaseTtl: string;
  readonly maxLeaseTtl: string;
}

interface LeaseProps {
  readonly of: Ttls;
  readonly change: (part: Partial<Ttls>) => void;
}

/** How long what is given out lasts. */
export const LeaseFields = ({ of: { defaultLeaseTtl, maxLeaseTtl }, change }: LeaseProps) => (
  <>
    <TextField
      label="Default lease TTL"
      help="With a unit: 30m, 12h, 7d. Empty: the system's."
      value={defaultLeaseTtl}
      onText={(text) => change({ defaultLeaseTtl: text })}
      autoComplete="off"
      spellCheck={false}
    />
    <TextField
      label="Maximum lease TTL"
      help="No renewal goes beyond it. Empty: the system's."
      value={maxLeaseTtl}
      onText={(text) => change({ maxLeaseTtl: text })}
      autoComplete="off"
      spellCheck={false}
    />
  </>
);
