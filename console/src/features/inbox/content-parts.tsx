import { ExternalLink, FileText, Image as ImageIcon, MapPin, Mic, Phone, Reply, Sticker, Video } from 'lucide-react';
import type { ReactNode } from 'react';

import type { Button, Location, MediaKind, MediaSource } from '@/lib/api/types';
import { humanize, t } from '@/lib/i18n';
import { CopyButton } from '@/ui/copy';
import { WhatsappText } from '@/ui/whatsapp-text';

const mediaIcons = { image: ImageIcon, video: Video, audio: Mic, document: FileText, sticker: Sticker };

/** A text between its header and its footer, with what can be tapped below. */
export function Framed({ header, body, footer, children }: { header?: ReactNode; body?: string | null; footer?: string | null; children?: ReactNode }) {
  return (
    <div>
      {typeof header === 'string' ? header !== '' && <p className="mb-0.5 font-semibold">{header}</p> : header && <div className="mb-1.5">{header}</div>}
      {body && <WhatsappText text={body} />}
      {footer && <p className="mt-1 text-xs opacity-80">{footer}</p>}
      {children}
    </div>
  );
}

/** What the person can tap, each with what a tap does. */
export function Buttons({ buttons }: { buttons: Button[] }) {
  if (buttons.length === 0) return null;
  return (
    <ul aria-label={t('content.buttons')} className="mt-2 flex flex-wrap gap-1.5">
      {buttons.map((button, index) => (
        <li key={`${index}${button.id}`} title={target(button) ?? undefined} className="flex min-w-0 items-center gap-1.5 rounded-md border border-current/25 px-2.5 py-0.5 text-sm [&_svg]:size-3 [&_svg]:shrink-0">
          {icon(button)}
          <span className="min-w-0 break-words">{button.title}</span>
          {target(button) && <span className="sr-only">{target(button)}</span>}
        </li>
      ))}
    </ul>
  );
}

function icon({ action }: Button) {
  switch (action?.kind) {
    case 'open_url':
      return <ExternalLink aria-hidden />;
    case 'dial':
      return <Phone aria-hidden />;
    case 'view_location':
    case 'share_location':
      return <MapPin aria-hidden />;
    default:
      return null;
  }
}

function target({ action }: Button): string | null {
  switch (action?.kind) {
    case 'open_url':
      return action.url;
    case 'dial':
      return action.phone;
    case 'view_location':
      return action.label ?? `${action.latitude}, ${action.longitude}`;
    case 'add_to_calendar':
      return action.title;
    default:
      return null;
  }
}

/** Where an object of ours is fetched; what stands elsewhere is only linked, because our pages load nothing from outside. */
export function sourceOf(source: MediaSource): { src: string; ours: boolean } {
  return 'stored' in source ? { src: `/v1/media/${source.stored}`, ours: true } : { src: source.link, ours: false };
}

interface MediaProps {
  kind: MediaKind;
  source: { src: string; ours: boolean } | null;
  caption?: string | null;
  filename?: string | null;
}

export function MediaView({ kind, source, caption, filename }: MediaProps) {
  const name = filename ?? t(`media.${kind}`);
  const shown = source?.ours && (kind === 'image' || kind === 'sticker' || kind === 'audio' || kind === 'video') ? source.src : null;
  return (
    <div className="flex min-w-0 flex-col gap-1.5">
      {shown && (kind === 'image' || kind === 'sticker') ? (
        <a href={shown} target="_blank" rel="noreferrer">
          <img src={shown} alt={caption ?? name} loading="lazy" className={kind === 'sticker' ? 'size-32 object-contain' : 'max-h-72 min-h-24 max-w-full min-w-32 rounded-lg bg-sunken object-contain'} />
        </a>
      ) : shown && kind === 'audio' ? (
        // oxlint-disable-next-line jsx-a11y/media-has-caption -- voice messages come without captions
        <audio controls preload="none" src={shown} className="max-w-full" aria-label={name} />
      ) : shown && kind === 'video' ? (
        // oxlint-disable-next-line jsx-a11y/media-has-caption -- people's videos come without captions
        <video controls preload="metadata" src={shown} className="max-h-72 max-w-full rounded-lg bg-sunken" aria-label={name} />
      ) : (
        <MediaFile kind={kind} name={name} source={source} />
      )}
      {shown && kind !== 'sticker' && (
        <a href={shown} download={filename ?? ''} className="w-fit text-xs underline underline-offset-2 opacity-80 hover:opacity-100">
          {t('media.download')}
        </a>
      )}
      {caption && <WhatsappText text={caption} />}
    </div>
  );
}

/** A medium that is not played here: a document, one elsewhere, or one on its way to us. */
function MediaFile({ kind, name, source }: { kind: MediaKind; name: string; source: MediaProps['source'] }) {
  const Icon = mediaIcons[kind] ?? FileText;
  return (
    <span className="flex min-w-0 items-center gap-2 rounded-md border border-current/20 px-2.5 py-1.5">
      <Icon aria-hidden className="size-4 shrink-0" />
      {source ? (
        <a href={source.src} target="_blank" rel="noreferrer" download={source.ours ? name : undefined} className="flex min-w-0 items-center gap-1 underline underline-offset-2">
          <span className="min-w-0 break-words">{name}</span> {!source.ours && <ExternalLink aria-hidden className="size-3 shrink-0" />}
        </a>
      ) : (
        <span className="min-w-0 break-words">
          {name} <span className="text-xs opacity-75">{t('media.fetching')}</span>
        </span>
      )}
    </span>
  );
}

/** An address and its coordinates to copy. No map: one would tell its makers where our customers are. */
export function LocationView({ place }: { place: Location }) {
  const degrees = `${place.latitude.toFixed(5)}, ${place.longitude.toFixed(5)}`;
  return (
    <span className="flex items-start gap-2">
      <MapPin aria-hidden className="mt-0.5 size-4 shrink-0" />
      <span className="min-w-0">
        {place.name && <span className="block font-medium">{place.name}</span>}
        {place.address && <span className="block">{place.address}</span>}
        <span className="tnum flex items-center gap-1 text-xs">
          {degrees} <CopyButton text={degrees} label={t('content.copy_place')} />
        </span>
      </span>
    </span>
  );
}

/** A tapped answer. */
export function Tapped({ title }: { title: string }) {
  return (
    <span className="flex items-center gap-2">
      <Reply aria-hidden className="size-3.5 shrink-0 text-ink-3" />
      <span className="font-medium">{title}</span>
      <span className="sr-only">{t('content.tapped')}</span>
    </span>
  );
}

/** Named values one to a line; what is no plain value is shown as it came. */
export function Answers({ title, data }: { title: string; data: unknown }) {
  const rows = typeof data === 'object' && data !== null && !Array.isArray(data) ? Object.entries(data).filter(([name]) => name !== 'flow_token') : [];
  if (rows.length === 0) return <Raw title={title} data={data} />;
  return (
    <div>
      <p className="mb-1 font-medium">{title}</p>
      <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-3 gap-y-0.5 text-sm">
        {rows.map(([name, value]) => (
          <div key={name} className="contents">
            <dt className="opacity-75">{humanize(name)}</dt>
            <dd className="break-words">{typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : JSON.stringify(value)}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

/** What we keep and cannot show otherwise, as it came. */
export function Raw({ title, data }: { title: string; data: unknown }) {
  return (
    <details>
      <summary>{title}</summary>
      <pre className="mt-1 max-h-48 overflow-auto font-mono text-xs whitespace-pre-wrap" tabIndex={0}>
        {JSON.stringify(data, null, 2)}
      </pre>
    </details>
  );
}
