import { useWrite } from '../../session/read';
import { Button } from '../../ui/Button';
import { Failure } from '../../ui/Failure';
import { flash } from '../../ui/flashes';
import { Loaded } from '../../ui/Loaded';
import { useAttempt, useKeyCall } from './attempt';
import { giveNewKey, restartVerification, VERIFICATION_STATUS, type VerificationStatus } from './calls';
import { GiveKey } from './GiveKey';

/** Whether the holders of the new keys really have them. */
export function VerifyForm() {
  const read = useAttempt<VerificationStatus>(VERIFICATION_STATUS);
  const restart = useWrite();
  const give = useKeyCall<VerificationStatus>((answer) => {
    if (answer.complete === true) flash('The new keys count from now on.');
  });
  return (
    <Loaded of={read} lines={4}>
      {({ nonce, t, progress }) => (
        <>
          <p>{t} of the new keys show that they were stored. Until then the old ones count.</p>
          <GiveKey
            // What was typed was meant for this verification, not for one that begins anew.
            key={nonce}
            label="New Unseal Key Portion"
            progress={progress}
            required={t}
            nonce={nonce}
            write={give}
            request={(key) => giveNewKey(key, nonce)}
          />
          <Failure of={restart.error} />
          {progress > 0 && (
            <div>
              <Button busy={restart.isPending} onClick={() => restart.mutate(restartVerification(nonce))}>
                Begin the verification anew
              </Button>
            </div>
          )}
        </>
      )}
    </Loaded>
  );
}
