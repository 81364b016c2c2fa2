import { Search } from 'lucide-react';

import type { PersonRow } from '@/lib/api/types';
import { label, t, tn } from '@/lib/i18n';
import { Avatar } from '@/ui/avatar';
import { ChannelIcon } from '@/ui/channel';
import { cx } from '@/ui/cx';
import { Input } from '@/ui/field';
import { ProblemBox, SkeletonRows } from '@/ui/states';
import { ListTime } from '@/ui/time';

interface Props {
  people: PersonRow[] | undefined;
  error: unknown;
  search: string;
  selected: string | undefined;
  onSearch: (text: string) => void;
  onPick: (id: string) => void;
}

export function PeopleList({ people, error, search, selected, onSearch, onPick }: Props) {
  return (
    <>
      <div className="relative p-3">
        <Search aria-hidden className="pointer-events-none absolute top-1/2 left-5.5 size-3.5 -translate-y-1/2 text-ink-3" />
        <Input type="search" className="pl-8!" aria-label={t('phones.search')} placeholder={t('phones.search')} value={search} onChange={(event) => onSearch(event.target.value)} />
      </div>
      <div className="min-h-0 flex-1 overflow-y-auto">
        {error != null && !people ? (
          <ProblemBox error={error} className="mx-3" />
        ) : !people ? (
          <div className="px-3">
            <SkeletonRows rows={8} className="h-12" />
          </div>
        ) : (
          <ul>
            {people.map((person) => (
              <li key={person.id}>
                <button
                  type="button"
                  aria-current={person.id === selected ? 'true' : undefined}
                  onClick={() => onPick(person.id)}
                  className={cx('focus-inset flex w-full items-center gap-3 px-3 py-2.5 text-left', person.id === selected ? 'bg-accent-soft' : 'hover:bg-hover/60')}
                >
                  <Avatar name={person.name} />
                  <span className="min-w-0 flex-1">
                    <span className="flex items-baseline gap-2">
                      <span className="min-w-0 flex-1 truncate text-sm font-medium">{person.name}</span>
                      {person.last && <ListTime at={person.last.at} className="text-xs text-ink-3" />}
                    </span>
                    <span className="flex items-center gap-1.5 text-xs text-ink-3">
                      {person.last ? (
                        <>
                          <ChannelIcon channel={person.last.line} className="size-3" />
                          <span className="min-w-0 flex-1 truncate">
                            {person.last.from_business ? '' : `${t('phones.they')} `}
                            {person.last.text}
                          </span>
                        </>
                      ) : (
                        <span className="flex-1">{label('persona', person.persona)}</span>
                      )}
                      {person.unread > 0 && (
                        <span className="tnum grid h-4.5 min-w-4.5 place-items-center rounded-full bg-accent px-1 text-2xs text-accent-ink">
                          {person.unread}
                          <span className="sr-only">{tn('inbox.unread', person.unread)}</span>
                        </span>
                      )}
                    </span>
                  </span>
                </button>
              </li>
            ))}
          </ul>
        )}
      </div>
    </>
  );
}
