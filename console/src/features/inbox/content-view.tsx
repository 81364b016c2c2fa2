import { ExternalLink, FileText, Image as ImageIcon, List, MapPin, Mic, Reply, Sticker, Trash2, Video } from 'lucide-react';
import type { ReactNode } from 'react';

import type { Content, InboundContent, Location, MediaKind } from '@/lib/api/types';
import { t } from '@/lib/i18n';
import { WhatsappText } from '@/ui/whatsapp-text';

const mediaIcons = { image: ImageIcon, video: Video, audio: Mic, document: FileText, sticker: Sticker };

/** What we said (or would say). */
export function ContentView({ content }: { content: Content }) {
  switch (content.type) {
    case 'text':
      return <WhatsappText text={content.body} />;
    case 'buttons':
      return (
        <Framed header={content.header} body={content.body} footer={content.footer}>
          <Buttons titles={content.buttons.map((button) => button.title)} />
        </Framed>
      );
    case 'list':
      return (
        <Framed header={content.header} body={content.body} footer={content.footer}>
          <details className="mt-2 text-sm">
            <summary className="flex items-center gap-1.5 rounded-md border border-current/25 px-2.5 py-1">
              <List aria-hidden className="size-3.5" /> {content.button}
            </summary>
            <ul className="mt-1.5 flex flex-col gap-1 pl-1">
              {content.sections
                .flatMap((section) => section.rows)
                .map((row) => (
                  <li key={row.id}>
                    {row.title}
                    {row.description && <span className="opacity-75"> · {row.description}</span>}
                  </li>
                ))}
            </ul>
          </details>
        </Framed>
      );
    case 'media':
      return <MediaView kind={content.kind} src={'stored' in content.source ? `/v1/media/${content.source.stored}` : content.source.link} caption={content.caption} filename={content.filename} />;
    case 'location':
      return <LocationView place={content} />;
    case 'template':
      return (
        <Framed header={content.preview.header} body={content.preview.body} footer={content.preview.footer}>
          {content.preview.buttons && content.preview.buttons.length > 0 && <Buttons titles={content.preview.buttons.map((button) => button.title)} />}
        </Framed>
      );
    default:
      return <em>{t('content.unknown')}</em>;
  }
}

/** What the person said. */
export function ReceivedView({ received }: { received: InboundContent }) {
  switch (received.type) {
    case 'text':
      return <WhatsappText text={received.body} />;
    case 'button_reply':
    case 'list_reply':
      return (
        <span className="flex items-center gap-2">
          <Reply aria-hidden className="size-3.5 shrink-0 text-ink-3" />
          <span className="font-medium">{received.title}</span>
          <span className="sr-only">{t('content.tapped')}</span>
        </span>
      );
    case 'media':
      return <MediaView kind={received.kind} src={received.stored ? `/v1/media/${received.stored}` : null} caption={received.caption} filename={received.filename} />;
    case 'location':
      return <LocationView place={received} />;
    case 'reaction':
      return <span>{received.emoji ? t('content.reacted', { emoji: received.emoji }) : t('content.reaction_removed')}</span>;
    case 'edit':
      return (
        <span>
          <span className="text-xs text-ink-3">{t('content.edited')} </span>
          {received.body && <WhatsappText text={received.body} />}
        </span>
      );
    case 'revoke':
      return (
        <span className="flex items-center gap-1.5 text-ink-2 italic">
          <Trash2 aria-hidden className="size-3.5" /> {t('content.revoked')}
        </span>
      );
    case 'form':
      return <Structured title={received.name} data={received.data} />;
    case 'structured':
    case 'system':
      return <Structured title={received.kind} data={received.data} />;
    case 'unsupported':
      return <Structured title={t('content.unsupported', { kind: received.kind })} data={received.raw} />;
    default:
      return <em>{t('content.unknown')}</em>;
  }
}

function Framed({ header, body, footer, children }: { header?: string | null; body: string; footer?: string | null; children?: ReactNode }) {
  return (
    <div>
      {header && <p className="mb-0.5 font-semibold">{header}</p>}
      <WhatsappText text={body} />
      {footer && <p className="mt-1 text-xs opacity-80">{footer}</p>}
      {children}
    </div>
  );
}

function Buttons({ titles }: { titles: string[] }) {
  return (
    <ul aria-label={t('content.buttons')} className="mt-2 flex flex-wrap gap-1.5">
      {titles.map((title) => (
        <li key={title} className="rounded-md border border-current/25 px-2.5 py-0.5 text-sm">
          {title}
        </li>
      ))}
    </ul>
  );
}

function MediaView({ kind, src, caption, filename }: { kind: MediaKind; src: string | null; caption?: string | null; filename?: string | null }) {
  const Icon = mediaIcons[kind] ?? FileText;
  const name = filename ?? t(`media.${kind}`);
  return (
    <div className="flex flex-col gap-1.5">
      {src && (kind === 'image' || kind === 'sticker') ? (
        <a href={src} target="_blank" rel="noreferrer">
          <img src={src} alt={caption ?? name} loading="lazy" className="max-h-72 min-h-24 max-w-full min-w-32 rounded-lg bg-sunken object-contain" />
        </a>
      ) : src && kind === 'audio' ? (
        // oxlint-disable-next-line jsx-a11y/media-has-caption -- voice messages come without captions
        <audio controls src={src} className="max-w-full" aria-label={name} />
      ) : (
        <span className="flex items-center gap-2 rounded-md border border-current/20 px-2.5 py-1.5">
          <Icon aria-hidden className="size-4 shrink-0" />
          {src ? (
            <a href={src} target="_blank" rel="noreferrer" className="flex items-center gap-1 underline underline-offset-2">
              {name} <ExternalLink aria-hidden className="size-3" />
            </a>
          ) : (
            <span>
              {name} <span className="text-xs opacity-75">{t('media.fetching')}</span>
            </span>
          )}
        </span>
      )}
      {caption && <WhatsappText text={caption} />}
    </div>
  );
}

function LocationView({ place }: { place: Location }) {
  return (
    <span className="flex items-start gap-2">
      <MapPin aria-hidden className="mt-0.5 size-4 shrink-0" />
      <span>
        {place.name && <span className="block font-medium">{place.name}</span>}
        {place.address && <span className="block">{place.address}</span>}
        <span className="tnum block text-xs opacity-80">
          {place.latitude.toFixed(5)}, {place.longitude.toFixed(5)}
        </span>
      </span>
    </span>
  );
}

function Structured({ title, data }: { title: string; data: unknown }) {
  return (
    <details>
      <summary>{title}</summary>
      <pre className="mt-1 max-h-48 overflow-auto font-mono text-xs">{JSON.stringify(data, null, 2)}</pre>
    </details>
  );
}
