/*
 * test_script_grammar.c - how a .pkt script is written: white space, comments, defines, options,
 * times, packet lines, terms; and what the reader says to a script that is wrong.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/lab/pkt.h"

/* ---- the file ---- */

static void newlines_and_blanks_mean_nothing(void **state)
{
    (void)state;
    pkt_passes(PKT_ACCEPT "+0\n  <\n P.\n 1:11\n(10)\n ack\n 1\n win\n 100\n"
                          "+0 read(4,\n\t...,\n 10)\n = \n10\n");
    pkt_passes("0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3 +0 bind(3, ..., ...) = 0 "
               "+0 listen(3, 5) = 0 +0 < S 0:0(0) win 65535 <mss 1460> "
               "+0 > S. 0:0(0) ack 1 <mss 1460>");
}

static void comments_are_those_of_c(void **state)
{
    (void)state;
    pkt_passes("// a story\n/* of two\nlines */" PKT_LISTEN "/****/ /* a * b **/\n"
               "+0 < S 0:0(0) /* in the midst */ win 65535 <mss 1460>\n"
               "+0 > S. 0:0(0) ack 1 <mss 1460> // no newline after this");
}

static void an_event_may_follow_a_packet_without_options(void **state)
{
    (void)state; /* `1:1(0) ack 1 win 9` and then a line that begins with a number or with `+` */
    pkt_passes("0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n"
               "0 bind(3, ..., ...) = 0\n"
               "0 listen(3, 1) = 0\n"
               "0 < S 0:0(0) win 9000\n"
               "0 > S. 0:0(0) ack 1 <mss 1460>\n"
               "0.1 < . 1:1(0) ack 1 win 9\n"
               "0.1 accept(3, ..., ...) = 4\n"
               "0.2 < P. 1:5(4) ack 1 win 9\n"
               "0.2 read(4, ..., 9) = 4\n");
}

static void defines_substitute_words(void **state)
{
    (void)state;
    ScriptOptions o = pkt_options();
    o.defines[o.define_count++] = "LEN=10";
    o.defines[o.define_count++] = "END=11";
    o.defines[o.define_count++] = "HOW=SOCK_STREAM";
    o.defines[o.define_count++] = "ALGO=\"reno\"";
    o.defines[o.define_count++] = "PREPARE=`true`";
    o.defines[o.define_count++] = "LATER=1";
    pkt_passes_with(&o, "0 PREPARE\n"
                        "+0 socket(..., HOW, IPPROTO_TCP) = 3\n"
                        "+0 setsockopt(3, IPPROTO_TCP, TCP_CONGESTION, ALGO, 4) = 0\n"
                        "+0 bind(3, ..., ...) = 0\n+0 listen(3, LATER) = 0\n"
                        "+0 < S 0:0(0) win 65535 <mss 1460>\n"
                        "+0 > S. 0:0(0) ack 1 <mss 1460>\n"
                        "+LATER < P. 1:END(LEN) ack 1 win 65535\n"
                        "+0 accept(3, ..., ...) = 4\n"
                        "+0 read(4, ..., 99) = LEN\n");
    pkt_passes("--define=LEN=5\n" PKT_ACCEPT "+0 < P. 1:6(LEN) ack 1 win 9\n"
               "+0 read(4, ..., 99) = LEN\n");
    o = pkt_options(); /* the command line's wins */
    o.defines[o.define_count++] = "LEN=7";
    pkt_passes_with(&o, "--define=LEN=5\n" PKT_ACCEPT "+0 < P. 1:8(LEN) ack 1 win 9\n"
                        "+0 read(4, ..., 99) = 7\n");
}

static void conditions_choose_the_standards_branch(void **state)
{
    (void)state;
    pkt_passes("#ifdef STANDARD\n" PKT_LISTEN "#else\n0 nonsense\n#endif\n");
    pkt_passes("#ifdef FreeBSD\n0 nonsense\n#else\n" PKT_LISTEN "#endif\n");
    pkt_passes("#ifndef FreeBSD\n" PKT_LISTEN "#endif\n");
    pkt_passes("#if !defined(FreeBSD)\n" PKT_LISTEN "#endif\n");
    pkt_passes("#if defined(FreeBSD) || defined(STANDARD)\n" PKT_LISTEN "#endif\n");
    pkt_passes("#if defined(FreeBSD) && defined(STANDARD)\n0 nonsense\n#else\n" PKT_LISTEN
               "#endif\n");
    pkt_passes("#if defined(FreeBSD)\n0 nonsense\n#elif defined(STANDARD)\n" PKT_LISTEN
               "#else\n0 nonsense\n#endif\n");
    pkt_passes("#ifdef FreeBSD\n#ifdef STANDARD\n0 nonsense\n#endif\n0 nonsense\n#else\n" PKT_LISTEN
               "#endif\n");
    ScriptOptions o = pkt_options();
    o.defines[o.define_count++] = "FreeBSD";
    pkt_passes_with(&o, "#ifndef FreeBSD\n0 nonsense\n#else\n" PKT_LISTEN "#endif\n");
}

static void an_error_after_a_condition_has_the_files_own_line(void **state)
{
    (void)state;
    pkt_is_wrong("#ifdef FreeBSD\n0 x\n#endif\n" PKT_LISTEN "+0 < S 0:0(0) win 9 <mss>\n", 7, 25,
                 "number");
}

static void init_and_cleanup_commands_have_no_time(void **state)
{
    (void)state;
    pkt_passes("`../common/defaults.sh`\n" PKT_LISTEN "`true`");
    pkt_passes("`../common/defaults.sh\n../common/set_sysctls.py /proc/sys/net/ipv4/tcp_fin_timeout"
               "=5`\n" PKT_LISTEN "`/tmp/sysctl_restore_${PPID}.sh`");
}

/* Stands for the folder of scripts: one file of shell commands, and one that names itself. */
static char *shelf(void *of, const char *name, size_t *len)
{
    ++*(int *)of;
    const char *text = NULL;
    if (strcmp(name, "../common/defaults.sh") == 0)
        text = "#!/bin/bash\n# it's prepared; by us\nip tcp_metrics flush all > /dev/null 2>&1\n"
               "sysctl -q net.ipv4.tcp_rmem=\"4096 540000 $((2*1024*1024))\"\n"
               "sysctl -q net.ipv4.tcp_of_another_kernel=1 && sysctl -q net.ipv4.tcp_sack=0\n";
    if (strcmp(name, "./loop.sh") == 0)
        text = "./loop.sh";
    char *copy = text ? malloc(strlen(text)) : NULL;
    if (copy)
        memcpy(copy, text, *len = strlen(text));
    return copy;
}

static void a_file_of_preparations_is_read_and_obeyed(void **state)
{
    (void)state;
    int asked = 0;
    ScriptOptions o = pkt_options();
    o.file = shelf;
    o.file_of = &asked;
    static const char sees[] =
        "0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n+0 bind(3, ..., ...) = 0\n"
        "+0 listen(3, 5) = 0\n"
        "+0 < S 0:0(0) win 9000 <mss 1000,sackOK,nop,nop,nop,wscale 7>\n"
        "+0 > S. 0:0(0) ack 1 <mss 1460,nop,wscale %s>\n";
    char script[1024], lines[512];
    snprintf(lines, sizeof lines, sees, "6"); /* 2 MiB, and no SACK */
    snprintf(script, sizeof script, "`../common/defaults.sh`\n%s", lines);
    pkt_passes_with(&o, script);
    snprintf(lines, sizeof lines, sees, "0"); /* the line after it has the last word */
    snprintf(script, sizeof script,
             "`../common/defaults.sh\nsysctl -q net.ipv4.tcp_rmem=\"4096 5000 6000\"`\n%s", lines);
    pkt_passes_with(&o, script);
    assert_int_equal(asked, 2);
    pkt_passes_with(&o, "`./loop.sh`\n" PKT_LISTEN);
    ScriptResult r = pkt_run(&o, "`./mount.sh`\n" PKT_LISTEN);
    assert_int_equal(r.outcome, SCRIPT_SKIPPED);
    r = pkt_run(&o, "`sysctl -q net.ipv4.tcp_of_another_kernel=1`\n" PKT_LISTEN);
    assert_int_equal(r.outcome, SCRIPT_SKIPPED);
}

/* ---- options ---- */

static void options_of_the_original_are_known(void **state)
{
    (void)state;
    pkt_passes("--ip_version=ipv4\n--local_ip=192.168.0.1\n--remote_ip=192.0.2.1/24\n"
               "--gateway_ip=192.168.0.2\n--netmask_ip=255.255.0.0\n--bind_port=8080\n"
               "--connect_port=80\n--tolerance_usecs=10000\n--tolerance_percent=12.5\n--mtu=1500\n"
               "--mss=1000\n--speed=10000\n--tcp_ts_tick_usecs=1000\n--tcp_ts_ecr_scaled\n"
               "--strict_segments\n--non_fatal=packet,syscall\n--verbose\n"
               "--init_scripts=../common/defaults.sh,true\n--send_omit_free\n" PKT_LISTEN);
    pkt_is_wrong("--tolerance=1\n" PKT_LISTEN, 1, 1, "tolerance");
    pkt_is_wrong("-x\n" PKT_LISTEN, 1, 1, "dashes");
    pkt_is_wrong("--mtu=1\n" PKT_LISTEN, 1, 1, "mtu");
    pkt_passes("--ip_version=ipv6\n" PKT_LISTEN);
    pkt_skips("--so_filename=x.so\n" PKT_LISTEN, "so_filename");
    pkt_skips("--init_scripts=true,wonder.sh\n" PKT_LISTEN, "wonder.sh");
}

static void the_command_lines_options_win(void **state)
{
    (void)state;
    static const char late[] = "--tolerance_usecs=%s\n--tolerance_percent=0\n" PKT_LISTEN
                               "+0 < S 0:0(0) win 65535 <mss 1460>\n"
                               "+.05 > S. 0:0(0) ack 1 <mss 1460>\n";
    char text[1024];
    snprintf(text, sizeof text, late, "100000");
    pkt_passes(text);
    ScriptOptions o = pkt_options();
    o.options[o.option_count++] = "--tolerance_usecs=1000";
    pkt_fails_with(&o, text, 7, "");
    snprintf(text, sizeof text, late, "1000");
    pkt_fails(text, 7, "");
    o.options[0] = "--tolerance_usecs=100000";
    pkt_passes_with(&o, text);
}

static void the_ports_are_the_options(void **state)
{
    (void)state;
    pkt_passes("--bind_port=5001\n" PKT_LISTEN "+0 < S 9:9(0) win 65535 <mss 1460>\n"
               "+0 > S. 0:0(0) ack 10 <mss 1460>\n"
               "+0 < 7777 > 9 S 1:1(0) win 65535 <mss 1460>\n");
    pkt_passes("--connect_port=5001\n" PKT_CONNECT);
}

/* ---- times ---- */

static void times_have_their_forms(void **state)
{
    (void)state;
    pkt_passes(PKT_LISTEN "1 < S 0:0(0) win 65535 <mss 1460>\n"
                          "1~1.5 > S. 0:0(0) ack 1 <mss 1460>\n"
                          "+.5 < S 0:0(0) win 65535 <mss 1460>\n"
                          "* > S. 0:0(0) ack 1 <mss 1460>\n"
                          "+.125 < S 0:0(0) win 65535 <mss 1460>\n"
                          "+0~+1 > S. 0:0(0) ack 1 <mss 1460>\n");
}

static void times_that_cannot_be_are_refused(void **state)
{
    (void)state;
    pkt_is_wrong(PKT_LISTEN "*  < S 0:0(0) win 9\n", 4, 1, "only a packet");
    pkt_is_wrong(PKT_LISTEN "+0~+1 < S 0:0(0) win 9\n", 4, 1, "only a packet");
    pkt_is_wrong(PKT_LISTEN "2~1 > S. 0:0(0) ack 1\n", 4, 1, "before");
    pkt_is_wrong(PKT_LISTEN "1 listen(3, 5) = 0\n0.5 listen(3, 5) = 0\n", 5, 1, "back");
    pkt_is_wrong(PKT_LISTEN "0...1 < S 0:0(0) win 9\n", 4, 1, "system call");
    pkt_is_wrong(PKT_LISTEN "now listen(3, 5) = 0\n", 4, 1, "time");
    pkt_is_wrong("+1 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n", 1, 1, "0");
    pkt_is_wrong("1 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n", 1, 1, "0");
}

/* ---- packet lines ---- */

static void flags_come_in_any_order(void **state)
{
    (void)state;
    pkt_passes(PKT_LISTEN "+0 < S 0:0(0) win 65535 <mss 1460>\n"
                          "+0 > .S 0:0(0) ack 1 <mss 1460>\n"
                          "+0 < .P 1:2(1) ack 1 win 65535\n"
                          "+0 > . 1:1(0) ack 2\n"
                          "+0 < - 1:1(0) win 65535\n"
                          "+0 < .F 2:2(0) ack 1 win 65535\n"
                          "+0 > . 1:1(0) ack 2\n"
                          "+0 > . 1:1(0) ack 3\n");
    pkt_is_wrong(PKT_LISTEN "+0 < SX 0:0(0) win 9\n", 4, 7, "SFRP");
    pkt_is_wrong(PKT_LISTEN "+0 < E5 0:0(0) win 9\n", 4, 6, "");
    pkt_is_wrong(PKT_LISTEN "+0 < .55 0:0(0) win 9\n", 4, 8, "");
    pkt_is_wrong(PKT_LISTEN "+0 < 8 0:0(0) win 9\n", 4, 6, "");
}

static void numbers_must_agree(void **state)
{
    (void)state;
    pkt_is_wrong(PKT_LISTEN "+0 < S 0:1(0) win 9\n", 4, 8, "SYN and FIN do not count");
    pkt_is_wrong(PKT_LISTEN "+0 < . 1:1(70000) ack 1 win 9\n", 4, 12, "65535");
    pkt_is_wrong(PKT_LISTEN "+0 < . 4294967296:0(0) ack 1 win 9\n", 4, 8, "4294967295");
    pkt_is_wrong(PKT_LISTEN "+0 < . 1:1(0) ack 1 win 65536\n", 4, 25, "65535");
    pkt_is_wrong(PKT_LISTEN "+0 < . 1:1(0) ack 1\n", 4, 20, "win");
    pkt_is_wrong(PKT_LISTEN "+0 < . 1 win 9\n", 4, 10, "':'");
    pkt_passes(PKT_LISTEN "+0 < S 4294967290:4294967290(0) win 65535 <mss 1460>\n"
                          "+0 > S. 0:0(0) ack 4294967291 <mss 1460>\n"
                          "+0 < . 1:11(10) ack 1 win 65535\n");
}

static void options_are_lists_of_whole_words(void **state)
{
    (void)state;
    pkt_passes(PKT_LISTEN
               "+0 < S 0:0(0) win 65535 <mss 1460,nop,nop,sackOK,nop,wscale 7,TS val 9 ecr 0,eol,"
               "eol>\n+0 > S. 0:0(0) ack 1 <...>\n");
    pkt_passes(PKT_LISTEN "+0 < S 0:0(0) win 65535 < mss 1460 , FO , nop , nop >\n"
                          "+0 > S. 0:0(0) ack 1 <...>\n");
    pkt_is_wrong(PKT_LISTEN "+0 < S 0:0(0) win 9 <mss 1460,nop>\n", 4, 22, "multiple of 4");
    pkt_is_wrong(PKT_LISTEN "+0 < S 0:0(0) win 9 <mss 1460,\n", 5, 1, "");
    pkt_is_wrong(PKT_LISTEN "+0 < S 0:0(0) win 9 <mms 1460>\n", 4, 22, "mms");
    pkt_is_wrong(PKT_LISTEN "+0 < S 0:0(0) win 9 <...>\n", 4, 22, "");
    pkt_is_wrong(PKT_LISTEN "+0 < S 0:0(0) win 9 <wscale 256,nop>\n", 4, 29, "255");
    pkt_is_wrong(PKT_LISTEN "+0 < . 1:1(0) ack 1 win 9 <sack 1:2 3:4 5:6 7:8 9:10,nop,nop>\n", 4,
                 49, "four");
    pkt_is_wrong(PKT_LISTEN "+0 < S 0:0(0) win 9 <TS 5>\n", 4, 25, "val");
    pkt_is_wrong(PKT_LISTEN "+0 < S 0:0(0) win 9 <FO abc>\n", 4, 25, "even");
}

static void options_of_every_kind_are_read(void **state)
{
    (void)state; /* unknown to the stack or not: no option in a segment may break a connection */
    pkt_passes(PKT_ACCEPT "+0 < P. 1:11(10) ack 1 win 99 <nop,nop,sack 1:1>\n"
                          "+0 < P. 11:21(10) ack 1 win 99 <FO aabbccddeeff0011,nop,nop>\n"
                          "+0 < P. 21:31(10) ack 1 win 99 <FOEXP aabbccdd>\n"
                          "+0 < P. 31:41(10) ack 1 win 99 <ECN e0b 1 ceb 2 e1b 3,nop>\n"
                          "+0 < P. 41:51(10) ack 1 win 99 <ECN e1b 1 ceb 2,nop,nop,nop,nop>\n"
                          "+0 < P. 51:61(10) ack 1 win 99 <nop,nop,nop,eol>\n"
                          "+0 read(4, ..., 100) = 60\n");
}

static void what_belongs_to_ip_stands_in_brackets(void **state)
{
    (void)state;
    pkt_passes(PKT_LISTEN "+0 < (ect0) S 0:0(0) win 65535 <mss 1460>\n"
                          "+0 > (noecn) S. 0:0(0) ack 1 <mss 1460>\n"
                          "+.1 < [ce, ttl 3] . 1:1(0) ack 1 win 65535\n"
                          "+0 accept(3, ..., ...) = 4\n"
                          "+0 < (tos 0x10) P. 1:11(10) ack 1 win 65535\n"
                          "+0 > . 1:1(0) ack 11\n"
                          "+0 write(4, ..., 10) = 10\n"
                          "+0 > [tos 0x00, ttl 64] P. 1:11(10) ack 11\n");
    pkt_is_wrong(PKT_LISTEN "+0 < (ect3) S 0:0(0) win 9\n", 4, 7, "ect0");
    pkt_is_wrong(PKT_LISTEN "+0 < (tos 0x100) S 0:0(0) win 9\n", 4, 11, "255");
    pkt_is_wrong(PKT_LISTEN "+0 < (ect01) S 0:0(0) win 9\n", 4, 7, "ect01");
    pkt_fails(PKT_LISTEN "+0 < S 0:0(0) win 65535 <mss 1460>\n"
                         "+0 > (ect0) S. 0:0(0) ack 1 <mss 1460>\n",
              5, "ECN");
    pkt_fails(PKT_LISTEN "+0 < S 0:0(0) win 65535 <mss 1460>\n"
                         "+0 > (ttl 63) S. 0:0(0) ack 1 <mss 1460>\n",
              5, "TTL");
}

static void ports_may_be_named(void **state)
{
    (void)state;
    pkt_passes(PKT_ACCEPT "+0 < 7777 > 8080 P. 1:11(10) ack 1 win 65535\n" /* a stranger's */
                          "+0 fcntl(4, F_SETFL, O_RDWR|O_NONBLOCK) = 0\n"
                          "+0 read(4, ..., 10) = -1 EAGAIN (Resource temporarily unavailable)\n");
}

static void what_is_no_tcp_is_skipped_with_its_name(void **state)
{
    (void)state;
    pkt_skips(PKT_LISTEN "+0 < udp (10)\n", "udp");
    pkt_skips(PKT_LISTEN "+0 < ipv4 1.1.1.1 > 2.2.2.2: S 0:0(0) win 9\n", "ipv4");
    pkt_skips(PKT_LISTEN "+0 < gre: S 0:0(0) win 9\n", "gre");
    pkt_skips(PKT_LISTEN "+0 < mpls (label 3, tc 0, ttl 9): S 0:0(0) win 9\n", "mpls");
    pkt_skips(PKT_LISTEN "+0 < sctp: INIT[flgs=0]\n", "sctp");
    pkt_skips(PKT_LISTEN "+0 < psp spi 4 S 0:0(0) win 9\n", "psp");
    pkt_skips(PKT_LISTEN "+0 < (flowlabel 0x12345) S 0:0(0) win 9\n", "flowlabel");
    pkt_skips(PKT_LISTEN "+0 < S 0:0(0) win 9 <md5 valid,nop,nop>\n", "md5");
}

/* ---- calls ---- */

static void terms_are_numbers_symbols_lists_and_structs(void **state)
{
    (void)state;
    pkt_passes(
        "0 socket(AF_INET, SOCK_STREAM|SOCK_NONBLOCK, IPPROTO_TCP) = 3\n"
        "+0 setsockopt(3, SOL_SOCKET, SO_REUSEADDR, [1], 4) = 0\n"
        "+0 setsockopt(3, SOL_SOCKET, SO_LINGER, {onoff=1, linger=5}, 8) = 0\n"
        "+0 bind(3, {sa_family = AF_INET, sin_port = htons(8080), sin_addr = inet_addr(\"0.0.0.0\")"
        "}, ...) = 0\n"
        "+0 listen(3, 0x5) = 0\n"
        "+0 accept(3, ..., ...) = -1 EAGAIN (Resource temporarily unavailable)\n"
        "+0 fcntl(3, F_GETFL) = 0x802 (flags O_RDWR|O_NONBLOCK)\n"
        "+0 fcntl(3, F_GETFL) = O_RDWR|O_NONBLOCK\n"
        "+0 poll([{fd=3, events=POLLIN|POLLOUT, revents=0}], 1, 0) = 0\n"
        "+0 setsockopt(3, IPPROTO_TCP, TCP_CONGESTION, \"re\" \"no\", 4) = 0\n");
}

static void calls_that_are_written_badly_are_refused(void **state)
{
    (void)state;
    pkt_is_wrong("0 socket(..., SOCK_STREAM, IPPROTO_TCP)\n", 2, 1, "=");
    pkt_is_wrong("0 socket(..., SOCK_STREAM, IPPROTO_TCP = 3\n", 2, 1, "')'");
    pkt_is_wrong("0 socket(..., SOCK_STREAM, ) = 3\n", 1, 28, "argument");
    pkt_is_wrong("0 socket(..., SOCK_STREAM, IPPROTO_TCP) = -1 ENOSUCH (no)\n", 1, 46, "ENOSUCH");
    pkt_is_wrong("0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3 (never closed\n", 1, 45, "closed");
    pkt_is_wrong("0 socket(\"never closed\n", 1, 10, "closed");
    pkt_skips("0 socket(..., SOCK_WONDER, IPPROTO_TCP) = 3\n", "SOCK_WONDER");
    pkt_skips(PKT_LISTEN "+0 cap_set(7) = 0\n", "cap_set");
    pkt_skips(PKT_LISTEN "+0 open(\"/dev/zero\", O_RDONLY) = 5\n", "open");
}

/* ---- the reader's manners ---- */

static void hostile_texts_get_an_answer(void **state)
{
    (void)state;
    pkt_is_wrong("", 1, 1, "no event");
    pkt_is_wrong("// nothing but a comment", 1, 25, "no event");
    pkt_is_wrong("/* never closed", 1, 1, "comment");
    pkt_is_wrong("0 `never closed", 1, 3, "closed");
    pkt_is_wrong("0 %{ never closed", 1, 3, "closed");
    pkt_is_wrong(PKT_LISTEN "+0\n", 5, 1, "");
    pkt_is_wrong(PKT_LISTEN "`true` +0 listen(3, 5) = 0\n", 4, 8, "");
    pkt_is_wrong(
        "0 f([[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[", 1, 21,
        "deep");
}

static void messages_speak_chinese(void **state)
{
    (void)state;
    ScriptOptions o = pkt_options();
    o.lang = LANG_ZH;
    static const char *const texts[] = {
        PKT_LISTEN "+0 > S 0:0(0)\n",
        PKT_LISTEN "+0 listen(3, 5) = 1\n",
        PKT_LISTEN "+0 cap_set(CAP_NET_ADMIN) = 0\n",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        ScriptResult r = pkt_run(&o, texts[i]);
        bool beyond_ascii = false;
        for (const char *c = r.message; *c; c++)
            beyond_ascii = beyond_ascii || (unsigned char)*c >= 0x80;
        if (!beyond_ascii)
            fail_msg("%s\n-> %s", texts[i], r.message);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(newlines_and_blanks_mean_nothing),
        cmocka_unit_test(comments_are_those_of_c),
        cmocka_unit_test(an_event_may_follow_a_packet_without_options),
        cmocka_unit_test(defines_substitute_words),
        cmocka_unit_test(conditions_choose_the_standards_branch),
        cmocka_unit_test(an_error_after_a_condition_has_the_files_own_line),
        cmocka_unit_test(init_and_cleanup_commands_have_no_time),
        cmocka_unit_test(a_file_of_preparations_is_read_and_obeyed),
        cmocka_unit_test(options_of_the_original_are_known),
        cmocka_unit_test(the_command_lines_options_win),
        cmocka_unit_test(the_ports_are_the_options),
        cmocka_unit_test(times_have_their_forms),
        cmocka_unit_test(times_that_cannot_be_are_refused),
        cmocka_unit_test(flags_come_in_any_order),
        cmocka_unit_test(numbers_must_agree),
        cmocka_unit_test(options_are_lists_of_whole_words),
        cmocka_unit_test(options_of_every_kind_are_read),
        cmocka_unit_test(what_belongs_to_ip_stands_in_brackets),
        cmocka_unit_test(ports_may_be_named),
        cmocka_unit_test(what_is_no_tcp_is_skipped_with_its_name),
        cmocka_unit_test(terms_are_numbers_symbols_lists_and_structs),
        cmocka_unit_test(calls_that_are_written_badly_are_refused),
        cmocka_unit_test(hostile_texts_get_an_answer),
        cmocka_unit_test(messages_speak_chinese),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
