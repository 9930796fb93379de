--
-- PostgreSQL database dump
--

SET statement_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SET check_function_bodies = false;
SET client_min_messages = warning;
SET row_security = off;

CREATE TABLE IF NOT EXISTS public.KSZD (KSDM varchar(8), KSMC varchar(64));
CREATE TABLE IF NOT EXISTS public.YGZD (YGGH varchar(12), XM varchar(64), KSDM varchar(8), ZC varchar(32));
CREATE TABLE IF NOT EXISTS public.YPZD (YPDM varchar(12), YPMC varchar(128), GG varchar(64), JLDW varchar(16), BZDW varchar(16));
CREATE TABLE IF NOT EXISTS public.SSZD (SSDM varchar(16), SSMC varchar(128));
CREATE TABLE IF NOT EXISTS public.XMZD (XMDM varchar(20), XMMC varchar(128));
CREATE TABLE IF NOT EXISTS public.DMZD (LB varchar(16), DM varchar(16), MC varchar(64));
CREATE TABLE IF NOT EXISTS public.BRJBXX (
    BRID varchar(20), XM varchar(64), XBDM char(1), CSRQ date, SFZH varchar(18), LXDH varchar(20), JTZZ varchar(200),
    MZDM varchar(4), HYDM varchar(4), ZYDM varchar(4), FBDM varchar(8), XX varchar(4), GMYW varchar(64),
    JDSJ timestamp without time zone, HBBRID varchar(20), HBSJ timestamp without time zone,
    SWSJ timestamp without time zone
);
CREATE TABLE IF NOT EXISTS public.MZJZJL (
    JZID varchar(12), BRID varchar(20), JZLX varchar(4), KSDM varchar(8), YGGH varchar(12),
    JZSJ timestamp without time zone, LKSJ timestamp without time zone, FZJB smallint, LYFS varchar(4), ZFBZ char(1)
);
CREATE TABLE IF NOT EXISTS public.ZYJL (
    JZID varchar(12), BRID varchar(20), ZYCS integer, RYSJ timestamp without time zone, RYKS varchar(8), CWH varchar(16),
    RYTJ varchar(4), ZGYS varchar(12), CYSJ timestamp without time zone, CYFS varchar(4), ZFBZ char(1)
);
CREATE TABLE IF NOT EXISTS public.ZDJL (
    JZID varchar(12), BRID varchar(20), ZDLX varchar(4), ZDXH smallint, JBDM varchar(16), JBMC varchar(128), RYSYW boolean
);
CREATE TABLE IF NOT EXISTS public.YZJL (
    YZID varchar(12), JZID varchar(12), BRID varchar(20), YPDM varchar(12), JL numeric(12,3), PCDM varchar(8),
    YFDM varchar(8), TS integer, SL numeric(12,3), KSSJ timestamp without time zone, TZSJ timestamp without time zone,
    YGGH varchar(12)
);
CREATE TABLE IF NOT EXISTS public.SSJL (
    SSID varchar(12), JZID varchar(12), BRID varchar(20), SSXH smallint, SSDM varchar(16), SSJB smallint,
    KSSJ timestamp without time zone, JSSJ timestamp without time zone, SZGH varchar(12), ZLGH varchar(12),
    MZDM varchar(8), MZGH varchar(12), QKDJ varchar(8)
);
CREATE TABLE IF NOT EXISTS public.ZKJL (
    JZID varchar(12), BRID varchar(20), XH smallint, KSDM varchar(8), ICUBZ boolean,
    ZRSJ timestamp without time zone, ZCSJ timestamp without time zone
);
CREATE TABLE IF NOT EXISTS public.HLTZ (JZID varchar(12), BRID varchar(20), CLSJ timestamp without time zone, @MEASURED@);
CREATE TABLE IF NOT EXISTS public.FYMX (
    FYID varchar(12), JZID varchar(12), BRID varchar(20), XMDM varchar(20), FYLB varchar(8), SL numeric(12,3),
    DJ numeric(14,2), JE numeric(14,2), FYSJ timestamp without time zone
);

