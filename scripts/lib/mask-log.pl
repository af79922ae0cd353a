#!/usr/bin/perl
# Stands between a server and its log: telephone numbers are masked as our own logs mask them (src/platform/telemetry/log.ts), and of
# what a caller wrote of itself, names and whole SIP messages are left out. Asterisk quotes both in its warnings.
#
# Perl, for every Debian has it: the same file serves the private root and the image of Asterisk. A disk that refuses loses lines and
# ends nothing.
use strict;
use warnings;

my $longest = 4000; # bytes of a line
my $digit = qr/(?:\d|%3\d)/;
my $number = qr/(?:\+|%2[Bb])?(?:$digit(?:%20|[-\h.()]){0,2}){6,}$digit/;
# What looks like a number and is none: times, addresses, ids of ours and of Asterisk.
my $octet = qr/(?:25[0-5]|2[0-4]\d|1?\d?\d)/;
my $none = qr{
    \d{4}-\d\d-\d\d (?: [T ]\d\d:\d\d:\d\d (?:\.\d+)? (?:[+-]\d{4}|Z)? )?
  | (?<![\d.]) $octet(?:\.$octet){3} (?![\d.])
  | (?<![0-9a-f]) [0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12} (?![0-9a-f])
  | \b[A-Za-z]\w{0,31}-1\d{9}\.\d{1,7} (?![\d.])
  | PJSIP/[a-z][a-z0-9-]{0,48}-[0-9a-f]{8} (?![0-9a-f])
  | \bC-[0-9a-f]{8}\b
}x;

sub plain { my ($text) = @_; $text =~ s/%([0-9A-Fa-f]{2})/chr hex $1/ge; return $text }

sub mask_number {
  (my $digits = plain($_[0])) =~ s/[^0-9*#+]//g;
  return substr($digits, 0, 3) . '****' . substr($digits, -4) if length $digits >= 11;
  return '****' . substr($digits, -3) if length $digits >= 7;
  return substr($digits, 0, 1) . '****';
}

# The user of a SIP address: endpoints of ours and short numbers can be read, whatever else is a caller's.
sub mask_user {
  my ($user) = @_;
  return $user if $user =~ /^(?:[0-9*#]{0,6}|\+?\d{0,3}\*{4}\d{0,4}|trunk|outside|<unknown>|seat-\d{3,8}|partner-[a-z0-9-]{1,32})$/;
  return plain($user) =~ /\d{5}/ ? mask_number($user) : '****';
}

sub mask_text {
  my ($text) = @_;
  $text =~ s/(Request '[^']*' from ')(?:.*(' failed for ')|.*$)/$1 . mask_from($text) . ($2 \/\/ '')/e;
  $text =~ s/(CallerID Name ').*?(?:(' for number ')(.*)(' has)|$)/defined $2 ? "$1****$2" . mask_number($3) . $4 : "$1****"/e;
  $text =~ s/( (?:ERROR|FATAL):  .*?: )".*"/$1"****"/; # Postgres, of a value that it could not read
  $text =~ s/"(?:[^"\\]|\\.)*"(?=\s*<(?:sips?|tel):)/"****"/g;
  $text =~ s/\b((?:sips?|tel):)([^\s@<>;"']*)(?=[@>;"'\s]|$)/$1 . (index($2, '.') > 0 && $2 !~ m{[^\d.:]} ? $2 : mask_user($2))/ge;
  $text =~ s/\b(AccountID=")([^"]*)/$1 . mask_user($2 =~ s{^sips?:}{}r)/ge;
  $text =~ s/\b((?:Challenge|Response|ExpectedResponse|ReceivedHash)=")[^"]+/$1****/g;
  $text =~ s/($none)|($number)/defined $1 ? $1 : mask_number($2)/ge;
  return $text;
}

sub mask_from {
  my ($uri) = $_[0] =~ /' from '.*?<?((?:sips?|tel):[^@>]*)/;
  return '****' unless defined $uri;
  my ($scheme, $user) = split /:/, $uri, 2;
  return "$scheme:" . mask_user($user);
}

# Nothing but text reaches the log: control characters and bytes that are no UTF-8 are shown, not sent to a terminal.
sub printable {
  my ($line) = @_;
  my $probe = $line;
  $line =~ s/([\x80-\xff])/sprintf '\\x%02x', ord $1/ge unless utf8::decode($probe) && $probe !~ /[\x80-\x9f]/;
  $line =~ s/([\x00-\x08\x0a-\x1f\x7f])/sprintf '\\x%02x', ord $1/ge;
  return $line;
}

my $in_record = 0;
my $left_out = 0;
sub masked {
  my ($line) = @_;
  $line =~ s/\r$//;
  $line = substr($line, 0, $longest) . '...' if length $line > $longest;
  # Asterisk's lines begin with a time. What follows without one is more of the same: a SIP message, or a caller's line break.
  if ($line =~ /^(\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+\] )(\w+\[\d+\](?:\[C-[0-9a-f]{8}\])? \S+ )?(.*)$/s) {
    ($in_record, $left_out) = (1, 0);
    return $1 . ($2 // '') . mask_text($3);
  }
  return mask_text($line) if !$in_record || $line =~ /^(?:asterisk: |\*\*\* |[a-z_]+\(\): )/;
  return if $left_out++ || $line eq '';
  return '  (more is left out)';
}

$SIG{$_} = 'IGNORE' for qw(INT TERM HUP PIPE); # it ends with the server whose log it is
my $waiting = '';
while (sysread(STDIN, $waiting, 65536, length $waiting)) {
  my $out = '';
  while ($waiting =~ s/^([^\n]*)\n// || (length $waiting > 65536 && $waiting =~ s/^(.+)$//s)) {
    my $line = masked($1);
    $out .= printable($line) . "\n" if defined $line;
  }
  syswrite STDOUT, $out if length $out;
}
my $last = length $waiting ? masked($waiting) : undef;
syswrite STDOUT, printable($last) . "\n" if defined $last;
